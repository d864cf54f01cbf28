/**
 * Makes a model's texts printable: one Unicode form, no character that hides, reorders or has no glyph. What is replaced stays
 * visible as its code point, so a name can neither vanish from a report nor pose as another. Does not escape HTML (templates.ts).
 */
import { mapShownText } from './report-model.js';

/** Controls, zero-width, direction and tag characters: they change what is read without being seen. */
const HIDING = /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFC\u{E0000}-\u{E0FFF}]/gu;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

export interface PrintableOptions {
  /** true: the typeface has this code point, or something else on this machine does */
  readonly covers: (codePoint: number) => boolean;
}

export function printableModel<T>(model: T, options: PrintableOptions): T {
  return mapShownText(model, (text) => printable(text, options));
}

export function printable(text: string, options: PrintableOptions): string {
  const whole = wholeCharacters(text).normalize('NFC').replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' ');
  // an emoji's variation selector only chooses its style: dropping it hides nothing
  const plain = whole.replace(/(?<=[^\u0000-\u007F])[\uFE0E\uFE0F]/gu, '').replace(HIDING, codePointName);
  return Array.from(plain, (character) => (options.covers(character.codePointAt(0) ?? 0) ? character : codePointName(character))).join('');
}

export function wholeCharacters(text: string): string {
  return text.replace(LONE_SURROGATE, '\uFFFD');
}

/** `[U+202E]`. */
function codePointName(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
