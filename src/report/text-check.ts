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
/** A row that is longer than a page: its other cells stand before the end of its longest one. */
const LOOK_BACK = 12_000;
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

/** Compares without spaces: where a line breaks is the layout's business. */
export function compareText(shown: string, model: unknown, unprintable = 0): TextCheck {
  const haystack = bare(shown);
  const missing: string[] = [];
  let cursor = 0;
  let checked = 0;
  eachShownText(model, (text) => {
    const needle = bare(text);
    if (needle === '') return;
    checked += 1;
    const end = find(haystack, needle, cursor);
    if (end === null) missing.push(text);
    else cursor = end;
  });
  return { checked, missing, unprintable };
}

export function assertTextMatches(check: TextCheck, reportId: string): void {
  if (check.missing.length === 0 && check.unprintable === 0) return;
  const examples = check.missing.slice(0, SHOWN_IN_ERROR).map((text) => `"${text.slice(0, 60)}"`).join(', ');
  const what = check.missing.length === 0 ? `${check.unprintable} characters cannot be drawn` : `${check.missing.length} of ${check.checked} texts are not in it: ${examples}`;
  throw new PlumblineError('PLB-REPORT-002', `Report ${reportId} does not show what it should; ${what}.`, { reportId, missing: check.missing.length });
}

/** Where the text ends: close ahead of the cursor, or shortly behind it in the same long row; null when it is nowhere. */
function find(haystack: string, needle: string, cursor: number): number | null {
  const ahead = haystack.indexOf(needle, cursor);
  if (ahead >= 0 && ahead - cursor <= NEAR) return ahead + needle.length;
  const cut = ahead >= 0 || needle.length <= PROBE ? null : findCut(haystack, needle, cursor);
  if (cut !== null) return cut;
  // a short text may have been taken for one further on, so the cursor can stand within what is looked for
  const behind = haystack.lastIndexOf(needle, cursor + needle.length);
  const back = cursor - behind;
  if (behind >= 0 && back <= LOOK_BACK && (ahead < 0 || back < ahead - cursor)) return cursor;
  return ahead >= 0 ? ahead + needle.length : null;
}

/** A text that other text interrupts, where a page ends. */
function findCut(haystack: string, needle: string, from: number): number | null {
  const probe = needle.slice(0, PROBE);
  for (let start = haystack.indexOf(probe, from); start >= 0; start = haystack.indexOf(probe, start + 1)) {
    const end = follow(haystack, { at: start, needle, done: 0, cuts: 0 });
    if (end !== null) return end;
  }
  return null;
}

interface Trail {
  readonly at: number;
  readonly needle: string;
  readonly done: number;
  readonly cuts: number;
}

function follow(haystack: string, trail: Trail): number | null {
  const { needle } = trail;
  let { at, done } = trail;
  while (done < needle.length && haystack[at] === needle[done]) {
    at += 1;
    done += 1;
  }
  if (done === needle.length) return at;
  if (trail.cuts >= MAX_CUTS) return null;
  // what interrupts may begin with the very letters that were to come: give back a few and look again
  for (let back = 0; back <= Math.min(PROBE, done - trail.done); back += 1) {
    const next = haystack.indexOf(needle.slice(done - back, done - back + PROBE), at - back);
    if (next < 0 || next - at > GAP || (next === at - back && back > 0)) continue;
    const end = follow(haystack, { at: next, needle, done: done - back, cuts: trail.cuts + 1 });
    if (end !== null) return end;
  }
  return null;
}

/** Without what a layout may change: spaces, and the direction in which right-to-left letters are stored. */
function bare(text: string): string {
  return text.normalize('NFKC').replace(/[\s\u00AD]+/gu, '').replace(/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]+/gu, '');
}

function withoutFoot(page: string, foot: string): string {
  const at = foot === '' ? -1 : page.lastIndexOf(foot);
  return at < 0 ? page : page.slice(0, at) + page.slice(at + foot.length);
}
