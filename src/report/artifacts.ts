/**
 * Marks what is drawn outside the document's structure (signs that stand beside their word, bars beside their number) as
 * artifacts, as PDF/UA 7.1 asks: Chromium leaves drawings that are hidden from reading aids unmarked.
 *
 * Works on the operators of a page's content stream; knows nothing of what they draw.
 */
import { type PDFPage, PDFArray, PDFName, PDFRawStream, PDFRef, decodePDFRawStream } from 'pdf-lib';

const OPEN = '/Artifact BMC\n';
const CLOSE = '\nEMC\n';
const STARTS_PATH = new Set(['m', 're']);
const PAINTS_PATH = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's']);
const PAINTS_ALONE = new Set(['Do', 'sh']);

export function markArtifacts(page: PDFPage): void {
  const { context } = page.doc;
  const contents = page.node.get(PDFName.of('Contents'));
  const parts = contents === undefined ? [] : contents instanceof PDFArray ? contents.asArray() : [context.lookup(contents)].flatMap((entry) => (entry instanceof PDFArray ? entry.asArray() : entry === undefined ? [] : [entry]));
  const streams = parts.map((part) => context.lookup(part)).filter((part) => part instanceof PDFRawStream);
  if (streams.length === 0) return;
  const text = streams.map((stream) => Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1')).join('\n');
  const marked = context.flateStream(Buffer.from(wrapUnmarked(text), 'latin1'));
  page.node.set(PDFName.of('Contents'), context.register(marked));
  for (const part of [contents, ...parts]) if (part instanceof PDFRef) context.delete(part);
}

interface Operator {
  readonly name: string;
  /** where its operands begin, and where it ends */
  readonly start: number;
  readonly end: number;
}

/** The same operators, with every drawing that is in no marked content wrapped in `/Artifact BMC ... EMC`. */
export function wrapUnmarked(content: string): string {
  const wraps: { start: number; end: number }[] = [];
  let depth = 0;
  let path = -1;
  let text: { start: number; plain: boolean } | null = null;
  for (const operator of operators(content)) {
    const { name, start, end } = operator;
    if (name === 'BI') return content;
    if (name === 'BDC' || name === 'BMC') {
      depth += 1;
      if (text !== null) text.plain = false;
    } else if (name === 'EMC') depth -= 1;
    else if (depth > 0) path = -1;
    else if (name === 'BT') text = { start, plain: true };
    else if (name === 'ET') {
      if (text?.plain === true) wraps.push({ start: text.start, end });
      text = null;
    } else if (STARTS_PATH.has(name) && path < 0) path = start;
    else if (PAINTS_ALONE.has(name)) wraps.push({ start, end });
    else if (PAINTS_PATH.has(name)) {
      if (path >= 0) wraps.push({ start: path, end });
      path = -1;
    } else if (name === 'n') path = -1;
  }
  return splice(content, wraps);
}

function splice(content: string, wraps: readonly { start: number; end: number }[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of wraps) {
    pieces.push(content.slice(at, start), OPEN, content.slice(start, end), CLOSE);
    at = end;
  }
  pieces.push(content.slice(at));
  return pieces.join('');
}

const SPACE = /[\0\t\n\f\r ]/;
const REGULAR = /[^\0\t\n\f\r ()<>[\]{}/%]/;

/** Yields the operators of a content stream; strings, names, arrays and dictionaries are passed over as operands. */
function* operators(content: string): Generator<Operator> {
  let at = 0;
  let operands = -1;
  while (at < content.length) {
    const char = content[at] ?? '';
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    if (char === '%') {
      at = lineEnd(content, at);
      continue;
    }
    const start = at;
    at = tokenEnd(content, at);
    const token = content.slice(start, at);
    if (/^[A-Za-z'"]/.test(token) && token !== 'true' && token !== 'false' && token !== 'null') {
      yield { name: token, start: operands < 0 ? start : operands, end: at };
      operands = -1;
    } else if (operands < 0) operands = start;
  }
}

function lineEnd(content: string, at: number): number {
  const end = content.indexOf('\n', at);
  return end < 0 ? content.length : end + 1;
}

function tokenEnd(content: string, at: number): number {
  const char = content[at];
  if (char === '(') return stringEnd(content, at);
  if (char === '<' && content[at + 1] !== '<') return content.indexOf('>', at) + 1 || content.length;
  if (char === '<' || char === '>') return at + 2;
  if (char === '[' || char === ']' || char === '{' || char === '}') return at + 1;
  let end = at + 1;
  while (end < content.length && REGULAR.test(content[end] ?? '')) end += 1;
  return end;
}

function stringEnd(content: string, from: number): number {
  let depth = 0;
  for (let at = from; at < content.length; at += 1) {
    const char = content[at];
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return content.length;
}
