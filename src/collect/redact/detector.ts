/** What a pattern of secrets is made of. Owns this shape only. */
export interface Detector {
  readonly kind: string;
  /** in small letters; a text that holds none of them holds nothing for this detector */
  readonly near: readonly string[];
  readonly pattern: RegExp;
  /** group that holds the secret; 0 = the whole match */
  readonly group: number;
  readonly accept?: (secret: string, match: RegExpExecArray) => boolean;
}
