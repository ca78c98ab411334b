// What is written to the crew: who is meant, and which modules. Pure; used by state/chat.svelte.ts and ui/chat/.

export type Part =
  | { kind: 'text'; text: string }
  /** `#M050`: a module of this audit. */
  | { kind: 'module'; text: string; id: string }
  /** `@Léa`, or `@Léa Martin`: everybody of the crew who is called so. */
  | { kind: 'person'; text: string; names: string[] };

export const LONGEST = 2_000;

const WORD = /^[\p{L}\p{N}]/u;

const same = (one: string, other: string) =>
  one.localeCompare(other, undefined, { sensitivity: 'base' }) === 0;

/** The text in pieces. What looks like a module or a person and is none stays text. */
export function partsOf(
  text: string,
  moduleOf: (id: string) => string | null,
  names: readonly string[],
): Part[] {
  const called = calls(names);
  const parts: Part[] = [];
  const push = (part: Part) => {
    const before = parts.at(-1);
    if (part.kind === 'text' && before?.kind === 'text') before.text += part.text;
    else parts.push(part);
  };
  // Looked for one by one: the oldest browsers know no look behind in an expression.
  for (let from = 0; from < text.length;) {
    const rest = text.slice(from);
    const sign = rest.search(/[#@]/);
    const before = text[from + sign - 1];
    if (sign > 0) push({ kind: 'text', text: rest.slice(0, sign) });
    if (sign < 0) {
      push({ kind: 'text', text: rest });
      break;
    }
    const begins = before === undefined || !WORD.test(before) || parts.at(-1)?.kind === 'module';
    const part = begins ? partAt(rest.slice(sign), moduleOf, called) : null;
    push(part ?? { kind: 'text', text: rest.slice(sign, sign + 1) });
    from += sign + (part?.text.length ?? 1);
  }
  return parts;
}

/** What people are called by, whole names and first ones, the longest first. */
function calls(names: readonly string[]): { call: string; names: string[] }[] {
  const known = names.filter((name) => name !== '');
  const all = new Set(known.flatMap((name) => [name, name.split(' ', 1)[0] ?? name]));
  return [...all]
    .map((call) => {
      const whole = known.filter((name) => same(name, call));
      const first = known.filter((name) => same(name.split(' ', 1)[0] ?? name, call));
      return { call, names: whole.length > 0 ? whole : first };
    })
    .sort((a, b) => b.call.length - a.call.length);
}

/** What begins with its sign here, if it is anything. */
function partAt(
  text: string,
  moduleOf: (id: string) => string | null,
  called: ReturnType<typeof calls>,
): Part | null {
  const behind = text.slice(1);
  if (text.startsWith('#')) {
    const id = /^[A-Za-z0-9._-]+/.exec(behind)?.[0] ?? '';
    // A full stop after it is the sentence's.
    for (const one of [id, id.replace(/[._-]+$/, '')]) {
      const known = one === '' ? null : moduleOf(one);
      if (known !== null) return { kind: 'module', text: `#${one}`, id: known };
    }
    return null;
  }
  const meant = called.find(
    ({ call }) => same(behind.slice(0, call.length), call) && !WORD.test(behind.charAt(call.length)),
  );
  return meant ? { kind: 'person', text: text.slice(0, 1 + meant.call.length), names: meant.names } : null;
}

/** Is this person meant, among the others of the crew? */
export function mentions(text: string, name: string, others: readonly string[] = []): boolean {
  const parts = partsOf(text, () => null, [name, ...others]);
  return parts.some((part) => part.kind === 'person' && part.names.includes(name));
}
