/** Bounds of what an encoded text may unfold to, and the error for what cannot be decoded. */

export const DECODE_LIMITS = {
  /** of one text, before and after */
  bytes: 16 * 1024 * 1024,
  depth: 100,
  keys: 200_000,
} as const;

/** The message is shown to people and holds nothing of the text. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}
