// Verification of several files at once, as they lie in the folder of a report: its JSON is signed, and names table and pictures by their
// hashes. Pure; used by verify/Verify.svelte. `fieldhub verify` looks at whole folders (src/cli/verify/folder.rs).
import { check, fileHash, isNamed, type Readable, type Statement } from './proof';

export type Judged =
  'genuine' | 'named' | 'altered' | 'proof' | 'other' | 'version' | 'unsigned' | 'head' | 'unread';

export interface JudgedFile {
  name: string;
  judged: Judged;
  said: Statement | null;
}

export interface NamedFile {
  name: string;
  file: Readable;
}

interface ReportList {
  table?: { sha256?: unknown };
  photos?: { variants?: { sha256?: unknown }[] }[];
}

/** `key`: the one on the poster, where somebody has typed it. */
async function one({ name, file }: NamedFile, key: string): Promise<JudgedFile> {
  try {
    const verdict = await check(file);
    const { said } = verdict;
    switch (verdict.kind) {
      case 'genuine':
        return { name, judged: key === '' || isNamed(verdict.said.key, key) ? 'genuine' : 'other', said };
      case 'altered':
        return { name, judged: verdict.part === 'file' ? 'altered' : 'proof', said };
      case 'unsigned':
        return { name, judged: said ? 'head' : 'unsigned', said };
    }
  } catch {
    return { name, judged: 'unread', said: null };
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
    ({ name, judged }) => /\.json$/i.test(name) && (judged === 'genuine' || judged === 'other'),
  );
  const [list, said] = [files[at], found[at]?.said];
  if (!list || !said) return found;
  const hashes = await named(list).catch(() => new Set<string>());
  for (const [i, file] of found.entries()) {
    const own = files[i];
    if (file.judged === 'unsigned' && own) {
      // A table or a picture: it has no proof of its own.
      found[i] = { ...file, judged: hashes.has(await fileHash(own.file)) ? 'named' : 'altered' };
    } else if (file.judged === 'genuine' && file.said && common(file.said) !== common(said)) {
      found[i] = { ...file, judged: 'version' };
    }
  }
  return found;
}
