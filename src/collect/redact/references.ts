/** References to data of a run or to a vault, by the marks that a connector declares (`((vault.key))`). Owns what is one. Pure, linear time. */

export interface ReferenceMark {
  readonly open: string;
  readonly close: string;
}

export interface References {
  readonly marks: readonly ReferenceMark[];
  /** null = the platform reads a mark wherever it stands */
  readonly read: { readonly begins: readonly string[]; readonly holds: readonly string[] } | null;
}

const MIRRORED: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
/** what the engine reads by rules of its own, beside any declaration */
const KNOWN = new Set(['{{', '{{{', '${', '#{', '@{', '{!', '$(']);
const LONGEST = 200;
/** a name or a path; a text in quotes would be a literal */
const NAME = /^\s{0,8}[A-Za-z_$][\w.$[\]/-]{0,200}\s{0,8}$/;

/** Marks of brackets; a single bracket, or a word, closes nowhere for sure. */
export function referenceMarks(declared: readonly string[]): ReferenceMark[] {
  return declared.filter((open) => open.length > 1 && !/[\w\s]/.test(open) && MIRRORED[open.at(-1)!] !== undefined && !KNOWN.has(open))
    .map((open) => ({ open, close: [...open].reverse().map((sign) => MIRRORED[sign] ?? sign).join('') }));
}

function isRead(text: string, { read }: References): boolean {
  return read === null || read.begins.some((mark) => text.startsWith(mark)) || read.holds.some((mark) => text.includes(mark));
}

/** The whole text is one reference by a name: it tells where a value stands, and not the value. */
export function isReference(text: string, references: References): boolean {
  const whole = text.trim();
  if (whole.length > LONGEST + 20 || !isRead(whole, references)) return false;
  return references.marks.some(({ open, close }) => whole.startsWith(open) && whole.endsWith(close) && whole.length > open.length + close.length && NAME.test(whole.slice(open.length, -close.length)));
}

function withoutMark(text: string, { open, close }: ReferenceMark, hole: string): string {
  let [result, at] = ['', 0];
  for (;;) {
    const from = text.indexOf(open, at);
    const to = from === -1 ? -1 : text.indexOf(close, from + open.length);
    if (to === -1) return result + text.slice(at);
    result += text.slice(at, from) + hole;
    at = to + close.length;
  }
}

/** Every reference replaced by `hole`. */
export function withoutReferences(text: string, references: References, hole: string): string {
  if (references.marks.length === 0 || !isRead(text, references)) return text;
  return references.marks.reduce((rest, mark) => withoutMark(rest, mark, hole), text);
}

export const NO_REFERENCES: References = { marks: [], read: null };
