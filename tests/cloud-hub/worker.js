// A v3.3 cloud hub as it really is: a Worker on D1 that speaks the contract and knows nothing of the tests.
// Run by workerd (see run.mjs). It stamps a mark with its own time of arrival and keeps one row a module: the last
// to arrive wins, whatever was marked last.

const STATUSES = ['ok', 'inequality', 'microcracks', 'dead', 'string_open', 'not_connected'];
const PRESENT_MS = 30_000;
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type',
};

const UPSERT = `INSERT INTO modules (token, module_id, status, comment, technician_id, technician_name, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (token, module_id) DO UPDATE SET status = excluded.status, comment = excluded.comment,
    technician_id = excluded.technician_id, technician_name = excluded.technician_name,
    updated_at = excluded.updated_at`;
const UPDATES = `SELECT module_id, status, comment, technician_id, technician_name, updated_at FROM modules
  WHERE token = ? AND updated_at > ? ORDER BY updated_at`;
const SEEN = `INSERT INTO technicians (token, technician_id, technician_name, last_seen) VALUES (?, ?, ?, ?)
  ON CONFLICT (token, technician_id) DO UPDATE SET technician_name = excluded.technician_name,
    last_seen = excluded.last_seen`;
const PRESENT = `SELECT technician_id, technician_name, last_seen FROM technicians
  WHERE token = ? AND last_seen > ? ORDER BY technician_id`;

/** An error that the caller is told. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const optional = (value) => value === undefined || value === null || typeof value === 'string';
const iso = (ms) => new Date(ms).toISOString();

function read(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
  if (typeof body?.technicianId !== 'string' || body.technicianId === '')
    throw new Refused(400, 'technicianId is missing');
  if (!optional(body.technicianName)) throw new Refused(400, 'technicianName is no text');
  return { ...body, technicianName: body.technicianName || 'Technicien' };
}

async function mark({ body, db, now }, token, module) {
  const { status, comment, technicianId, technicianName } = read(body);
  if (!STATUSES.includes(status)) throw new Refused(400, `Unknown status: ${status}`);
  if (!optional(comment)) throw new Refused(400, 'comment is no text');
  const row = [token, module, status, comment ?? null, technicianId, technicianName, now];
  await db
    .prepare(UPSERT)
    .bind(...row)
    .run();
  return { module_id: module, updated_at: iso(now) };
}

async function updates({ url, db }, token) {
  const since = Number(url.searchParams.get('since') ?? 0);
  if (!Number.isFinite(since)) throw new Refused(400, 'since is no number');
  const { results } = await db.prepare(UPDATES).bind(token, since).all();
  const said = ({ updated_at, ...row }) => ({
    ...row,
    updated_at: iso(updated_at),
    updated_at_ms: updated_at,
  });
  return { updates: results.map(said) };
}

async function heartbeat({ body, db, now }, token) {
  const { technicianId, technicianName } = read(body);
  await db.prepare(SEEN).bind(token, technicianId, technicianName, now).run();
  return {};
}

async function technicians({ db, now }, token) {
  const { results } = await db
    .prepare(PRESENT)
    .bind(token, now - PRESENT_MS)
    .all();
  return { technicians: results.map((row) => ({ ...row, last_seen: iso(row.last_seen) })) };
}

const ROUTES = [
  ['POST', /^\/api\/audit\/([A-Za-z0-9._-]{1,128})\/module\/([^/]{1,200})$/, mark],
  ['GET', /^\/api\/audit\/([A-Za-z0-9._-]{1,128})\/updates$/, updates],
  ['POST', /^\/api\/audit\/([A-Za-z0-9._-]{1,128})\/heartbeat$/, heartbeat],
  ['GET', /^\/api\/audit\/([A-Za-z0-9._-]{1,128})\/technicians$/, technicians],
];

async function answer(request, env) {
  const url = new URL(request.url);
  // Before anything is refused: an answer that comes before the body's end costs the connection.
  const body = await request.text();
  if (env.TOKEN && request.headers.get('authorization') !== `Bearer ${env.TOKEN}`) {
    throw new Refused(401, 'Unauthorized');
  }
  const here = ROUTES.filter(([, path]) => path.test(url.pathname));
  if (here.length === 0) throw new Refused(404, 'Not found');
  const route = here.find(([method]) => method === request.method);
  if (!route) throw new Refused(405, 'Method not allowed');
  const now = Date.now() + Number(env.AHEAD_MS ?? 0);
  const names = route[1].exec(url.pathname).slice(1).map(decodeURIComponent);
  return await route[2]({ url, body, db: env.DB, now }, ...names);
}

export default {
  async fetch(request, env) {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: CORS });
    try {
      return Response.json({ success: true, ...(await answer(request, env)) }, { headers: CORS });
    } catch (error) {
      const status = error instanceof URIError ? 400 : (error.status ?? 500);
      return Response.json({ success: false, error: error.message }, { status, headers: CORS });
    }
  },
};
