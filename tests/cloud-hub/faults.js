// What the cloud is told to do wrong, and to which requests. Rules are asked in their order; the first that fits acts.
// Used by front.js; the tests write rules through run.mjs.
//
// A rule: { kind?, module?, token?, method?, skip?: n, times?: n, act }. Without `times` it holds until `heal`.
//   act.status       answer this, with act.error and act.retry_after; the Worker never hears of the request
//   act.hang         'before' the Worker has it, 'after' it has written, or in the 'middle' of the answer: then silence
//   act.cut          the same three places: then the connection is broken
//   act.slow_ms      as always, but so much later; with act.held, not before `heal` either
//   act.portal       the page of a mobile network that wants to be paid first: 200, and HTML

const PATH = /^\/api\/audit\/([^/]+)\/(updates|heartbeat|technicians|module)(?:\/(.+))?$/;
const PLACES = ['before', 'after', 'middle'];

/** What a request is about: `kind` is updates, heartbeat, technicians, module, or other. */
export function about(method, target) {
  const path = target.split('?', 1)[0];
  const [, token = null, kind = 'other', module = null] = PATH.exec(path) ?? [];
  try {
    return { method, path: target, kind, token, module: module && decodeURIComponent(module) };
  } catch {
    return { method, path: target, kind: 'other', token: null, module: null };
  }
}

/** Why this is no rule; nothing when it is one. A misspelt rule would make a test that cannot fail. */
function wrong({ kind, module, token, method, skip, times, act, ...rest }) {
  void [kind, module, token, method, skip, times];
  const { status, error, retry_after, hang, cut, slow_ms, held, portal, ...more } = act ?? {};
  void [error, retry_after, held];
  const unknown = [...Object.keys(rest), ...Object.keys(more)];
  if (unknown.length > 0) return `unknown: ${unknown.join(', ')}`;
  if ([status, hang, cut, slow_ms, portal].filter((a) => a !== undefined).length !== 1)
    return 'one act, please';
  const place = hang ?? cut;
  if (place !== undefined && !PLACES.includes(place)) return `no such place: ${place}`;
  return null;
}

export class Faults {
  #rules = [];
  #healed;
  #heal;

  constructor() {
    this.#renew();
  }

  /** Over when what is wrong now is right again. */
  get healed() {
    return this.#healed;
  }

  #renew() {
    this.#healed = new Promise((heal) => (this.#heal = heal));
  }

  add(rule) {
    const why = wrong(rule);
    if (why) throw new Error(`not a rule: ${why}`);
    this.#rules.push({ ...rule, skip: rule.skip ?? 0, times: rule.times ?? Infinity });
  }

  heal() {
    this.#rules = [];
    this.#heal();
    this.#renew();
  }

  /** What is to happen to this request; null: nothing out of the way. Counts. */
  judge(request) {
    const fits = (rule) =>
      rule.times > 0 &&
      ['kind', 'module', 'token', 'method'].every(
        (key) => rule[key] === undefined || rule[key] === request[key],
      );
    const rule = this.#rules.find(fits);
    if (!rule) return null;
    if (rule.skip > 0) {
      rule.skip -= 1;
      return null;
    }
    rule.times -= 1;
    return rule.act;
  }
}
