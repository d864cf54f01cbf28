/**
 * The last look before a report is published: every text of its model must be readable in the finished PDF, in order, and
 * every heading and finding number among them. Owns the comparison; text is extracted by unpdf.
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

/** A text may be cut by a page's end, and a repeated table head stands in between: how far apart its words may be. */
const PAGE_BREAK_GAP = 700;
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
    const end = find(haystack, needle, cursor) ?? findInParts(haystack, text, cursor);
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

function find(haystack: string, needle: string, from: number): number | null {
  const at = haystack.indexOf(needle, from);
  return at < 0 ? null : at + needle.length;
}

/** The words of one text in order and close together. */
function findInParts(haystack: string, text: string, from: number): number | null {
  const words = text.split(/\s+/).map(bare).filter((word) => word !== '');
  const [first, ...rest] = words;
  if (first === undefined || rest.length === 0) return null;
  for (let start = haystack.indexOf(first, from); start >= 0; start = haystack.indexOf(first, start + 1)) {
    let end: number | null = start + first.length;
    for (const word of rest) {
      const next: number = haystack.indexOf(word, end);
      end = next < 0 || next - end > PAGE_BREAK_GAP ? null : next + word.length;
      if (end === null) break;
    }
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
