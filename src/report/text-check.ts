/**
 * The last look before a report is published: every text of its model (each heading, number, count and name) must be readable
 * in the finished PDF, in the model's order. Owns the comparison; text is extracted by unpdf.
 */
import { extractText, getDocumentProxy } from 'unpdf';
import { PlumblineError } from '../model/errors.js';
import { eachShownText } from './report-model.js';

export interface TextCheck {
  readonly checked: number;
  /** texts of the model that the PDF does not show */
  readonly missing: readonly string[];
  /** characters that no typeface on this machine could draw */
  readonly unprintable: number;
}

/** A text may be cut by a page's end, and other cells and a repeated table head stand in between: how much of that at most. */
const GAP = 1500;
/** How far ahead a text may begin that is cut. */
const REACH = 12_000;
const NEAR = 400;
const PROBE = 12;
const MAX_CUTS = 60;
const SHOWN_IN_ERROR = 3;

/** `feet`: what was stamped on each page, taken out before comparing. */
export async function checkText(pdf: Uint8Array, model: unknown, feet: readonly string[]): Promise<TextCheck> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(document, { mergePages: false });
  await document.destroy();
  const pages = text.map((page, index) => withoutFoot(bare(page), bare(feet[index] ?? '')));
  return compareText(pages.join(''), model, text.reduce((sum, page) => sum + page.split('\0').length - 1, 0));
}

/** Compares without spaces: where a line breaks is the layout's business. Each text needs a place of its own. */
export function compareText(shown: string, model: unknown, unprintable = 0): TextCheck {
  const text = bare(shown);
  const page: Page = { text, taken: new Uint8Array(text.length), cursor: 0 };
  const missing: string[] = [];
  let checked = 0;
  eachShownText(model, (expected) => {
    const needle = bare(expected);
    if (needle === '') return;
    checked += 1;
    const pieces = RIGHT_TO_LEFT.test(expected) ? findRuns(page, expected) : find(page, needle);
    if (pieces === null) missing.push(expected);
    else take(page, pieces);
  });
  return { checked, missing, unprintable };
}

export function assertTextMatches(check: TextCheck, reportId: string): void {
  if (check.missing.length === 0 && check.unprintable === 0) return;
  const examples = check.missing.slice(0, SHOWN_IN_ERROR).map((text) => `"${text.slice(0, 60)}"`).join(', ');
  const what = check.missing.length === 0 ? `${check.unprintable} characters cannot be drawn` : `${check.missing.length} of ${check.checked} texts are not in it: ${examples}`;
  throw new PlumblineError('PLB-REPORT-002', `Report ${reportId} does not show what it should; ${what}.`, { reportId, missing: check.missing.length });
}

/** What is shown, which of it has been accounted for, and where reading stands. */
interface Page {
  readonly text: string;
  readonly taken: Uint8Array;
  cursor: number;
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

function take(page: Page, pieces: readonly Piece[]): void {
  for (const { start, end } of pieces) page.taken.fill(1, start, end);
  page.cursor = Math.max(page.cursor, pieces.at(-1)?.end ?? 0);
}

/** Close ahead, or left behind by a row longer than a page, or cut by a page's end, or else further on; null when it is nowhere. */
function find(page: Page, needle: string): Piece[] | null {
  const ahead = nextFree(page, needle, page.cursor);
  if (ahead !== null && ahead.start - page.cursor <= NEAR) return [ahead];
  const behind = nextFree(page, needle, 0);
  if (behind !== null && behind.start < page.cursor) return [behind];
  const cut = needle.length <= PROBE ? null : findCut(page, needle);
  return cut ?? (ahead === null ? null : [ahead]);
}

/** The first occurrence that no other text has claimed. */
function nextFree(page: Page, needle: string, from: number): Piece | null {
  for (let start = page.text.indexOf(needle, from); start >= 0; start = page.text.indexOf(needle, start + 1)) {
    const end = start + needle.length;
    if (page.taken[start] === 0 && page.taken[end - 1] === 0) return { start, end };
  }
  return null;
}

/** A text that other text interrupts, where a page ends. */
function findCut(page: Page, needle: string): Piece[] | null {
  const probe = needle.slice(0, PROBE);
  for (let start = page.text.indexOf(probe, page.cursor); start >= 0 && start - page.cursor <= REACH; start = page.text.indexOf(probe, start + 1)) {
    const pieces = follow(page.text, needle, start);
    if (pieces !== null) return pieces;
  }
  return null;
}

/** Reads as far as it goes, then looks for the rest a little further on; what interrupts may begin with the same letters. */
function follow(text: string, needle: string, start: number, cuts = 0): Piece[] | null {
  let length = 0;
  while (length < needle.length && text[start + length] === needle[length]) length += 1;
  if (length === needle.length) return [{ start, end: start + length }];
  if (cuts >= MAX_CUTS) return null;
  for (let kept = length; kept > Math.max(0, length - PROBE); kept -= 1) {
    const rest = needle.slice(kept);
    const next = text.indexOf(rest.slice(0, PROBE), start + length);
    if (next < 0 || next - start - length > GAP) continue;
    const pieces = follow(text, rest, next, cuts + 1);
    if (pieces !== null) return [{ start, end: start + kept }, ...pieces];
  }
  return null;
}

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]+/u;

/** A text in two directions is stored in the order in which it is drawn: only its left-to-right words can be looked for. */
function findRuns(page: Page, text: string): Piece[] | null {
  const runs = text.normalize('NFKD').replace(/\p{M}/gu, '').split(/[^\p{L}\p{N}]|(?<=\p{N})(?=\p{L})|(?<=\p{L})(?=\p{N})/u).flatMap((word) => word.split(RIGHT_TO_LEFT)).map(bare).filter((word) => word !== '');
  const found = runs.map((run) => find({ ...page }, run)?.[0] ?? null);
  return found.includes(null) ? null : (found as Piece[]);
}

/** Without what a layout or a typeface may change: spaces, marks on letters, letters that run the other way. */
function bare(text: string): string {
  // under a mark, a typeface draws i and j without their dots
  return text.normalize('NFKD').replace(/[\s\u00AD\p{M}]+/gu, '').replaceAll('ı', 'i').replaceAll('ȷ', 'j').replace(new RegExp(RIGHT_TO_LEFT, 'gu'), '');
}

function withoutFoot(page: string, foot: string): string {
  const at = foot === '' ? -1 : page.lastIndexOf(foot);
  return at < 0 ? page : page.slice(0, at) + page.slice(at + foot.length);
}
