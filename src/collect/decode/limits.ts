/** Bounds of what an encoded text or an exported document may unfold to, and the error for what cannot be decoded. */

export const DECODE_LIMITS = {
  /** of one text within an item, before and after */
  bytes: 16 * 1024 * 1024,
  depth: 100,
  keys: 800_000,
  /** of one YAML text: its parser takes seconds for it, more for one that is made to harm */
  yamlBytes: 1024 * 1024,
  /** how often a YAML text may repeat parts of itself, with the repeats inside of what is repeated */
  yamlAliases: 100,
} as const;

/** The message is shown to people and holds nothing of the text. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

export const TOO_DEEP = `it is nested deeper than ${DECODE_LIMITS.depth} levels`;
