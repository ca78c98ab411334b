// Verification of several files at once, as they lie in the folder of a report: its JSON is signed, and names table and pictures by their
// hashes. Pure; used by verify/Verify.svelte. `fieldhub verify` looks at whole folders (src/cli/verify/folder.rs).
import { check, fileHash, isNamed, type Readable, type Statement } from './proof';
import { bundlePlaces } from './proof-bundle';
import { exportPlaces, type Place } from './proof-rows';

export type Judged =
  | 'genuine'
  | 'named'
  | 'altered'
  | 'proof'
  | 'other'
  | 'version'
  | 'unsigned'
  | 'head'
  | 'unread'
  /** A workbook, and the unsent marks of a tablet: without a signature, and it is known why. */
  | 'resaved'
  | 'rescue';

export interface JudgedFile {
  name: string;
  judged: Judged;
  said: Statement | null;
  /** Where it was altered, as far as that can be told. */
  places: Place[];
}

export interface NamedFile {
  name: string;
  file: Readable;
}

interface ReportList {
  table?: { sha256?: unknown };
  photos?: { variants?: { sha256?: unknown }[] }[];
}

/** Where an altered file was altered; nothing for forms that have no rows. */
async function placesOf(file: Readable, said: Statement | null): Promise<Place[]> {
  if (said?.of === 'bundle') return bundlePlaces(file, said.rows);
  if (said?.of !== 'export' || said.rows === undefined) return [];
  return exportPlaces(new TextDecoder().decode(await file.slice(0, file.size).arrayBuffer()), said.rows);
}

/** Why a file has no signature, where its beginning tells. */
async function unsigned(file: Readable): Promise<'unsigned' | 'resaved' | 'rescue'> {
  const head = new TextDecoder().decode(await file.slice(0, Math.min(4096, file.size)).arrayBuffer());
  if (head.startsWith('PK\u0003\u0004')) return 'resaved';
  return /^\s*\{/.test(head) && head.includes('"fieldhub_marks"') ? 'rescue' : 'unsigned';
}

/** `key`: the one on the poster, where somebody has typed it. */
async function one({ name, file }: NamedFile, key: string): Promise<JudgedFile> {
  const places: Place[] = [];
  try {
    const verdict = await check(file);
    const { said } = verdict;
    switch (verdict.kind) {
      case 'genuine':
        return {
          name,
          judged: key === '' || isNamed(verdict.said.key, key) ? 'genuine' : 'other',
          said,
          places,
        };
      case 'altered':
        return {
          name,
          judged: verdict.part === 'file' ? 'altered' : 'proof',
          said,
          places: await placesOf(file, said),
        };
      case 'unsigned':
        return { name, judged: said ? 'head' : await unsigned(file), said, places };
    }
  } catch {
    return { name, judged: 'unread', said: null, places };
  }
}

/** What a genuine list names. */
async function named(list: NamedFile): Promise<Set<string>> {
  const bytes = await list.file.slice(0, list.file.size).arrayBuffer();
  const report = JSON.parse(new TextDecoder().decode(bytes)) as ReportList;
  const variants = (report.photos ?? []).flatMap((photo) => photo.variants ?? []);
  const hashes = [report.table?.sha256, ...variants.map((variant) => variant.sha256)];
  return new Set(hashes.filter((hash) => typeof hash === 'string'));
}

/** All that two files of one version have in common. */
const common = (said: Statement) => JSON.stringify({ ...said, sha256: '' });

export async function judge(files: readonly NamedFile[], key: string): Promise<JudgedFile[]> {
  const found: JudgedFile[] = [];
  for (const file of files) found.push(await one(file, key));
  const at = found.findIndex(
    ({ name, judged, said }) =>
      /\.json$/i.test(name) && said?.of === 'report' && (judged === 'genuine' || judged === 'other'),
  );
  const [list, said] = [files[at], found[at]?.said];
  if (!list || !said) return found;
  const hashes = await named(list).catch(() => new Set<string>());
  for (const [i, file] of found.entries()) {
    const own = files[i];
    if (file.judged === 'unsigned' && own) {
      // A table or a picture: it has no proof of its own.
      found[i] = { ...file, judged: hashes.has(await fileHash(own.file)) ? 'named' : 'altered' };
    } else if (
      file.judged === 'genuine' &&
      file.said?.of === 'report' &&
      common(file.said) !== common(said)
    ) {
      found[i] = { ...file, judged: 'version' };
    }
  }
  return found;
}
