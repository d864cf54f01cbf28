/**
 * Makes a model's texts printable: one Unicode form, no character that hides, reorders or has no glyph. What is replaced stays
 * visible as its code point, so a name can neither vanish from a report nor pose as another. Does not escape HTML (templates.ts).
 */
import { mapShownText } from './report-model.js';

/** Controls, zero-width, direction and tag characters: they change what is read without being seen. */
const HIDING = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** A joiner or style selector within an emoji only chooses its picture: dropping it hides nothing. */
const EMOJI_STYLE = /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier})(?:\uFE0F|\uFE0E|\u200D)+/gu;
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
  const plain = whole.replace(EMOJI_STYLE, '').replace(HIDING, codePointName);
  return Array.from(plain, (character) => (options.covers(character.codePointAt(0) ?? 0) ? character : codePointName(character))).join('');
}

export function wholeCharacters(text: string): string {
  return text.replace(LONE_SURROGATE, '\uFFFD');
}

/** `[U+202E]`. */
function codePointName(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
