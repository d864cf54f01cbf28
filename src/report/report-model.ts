/**
 * What both reports share. Owns: the parts of a page model and their rule.
 *
 * The rule: every string of a model is shown in the report, word for word and in the model's order, except under keys that end in `Mark` (they choose
 * a sign or a colour) and those in NOT_SHOWN. The text check relies on it.
 */

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Cover {
  readonly title: string;
  readonly subject: string;
  readonly tenant: string;
  /** set for a demo estate or a scan that is not complete */
  readonly warning: string | null;
  readonly facts: readonly Fact[];
}

export interface Heading {
  readonly heading: string;
  readonly intro: string;
}

export interface MethodSection extends Heading {
  readonly paragraphs: readonly { readonly lead: string; readonly text: string }[];
}

export interface VerifySection extends Heading {
  readonly steps: readonly string[];
  readonly facts: readonly Fact[];
}

export interface SignOff {
  readonly role: string;
  readonly name: string;
  readonly date: string;
}

/** What is known only when the report is made: the digest of its data and the key it is signed with. */
export interface ReportSeal {
  readonly contentHash: string;
  readonly certificateFingerprint: string;
}

export interface AuditPosition {
  readonly size: number;
  readonly root: string;
}

/** Calls `visit` with every shown string in document order. */
export function eachShownText(model: unknown, visit: (text: string) => void): void {
  if (typeof model === 'string') return visit(model);
  if (Array.isArray(model)) return model.forEach((entry) => eachShownText(entry, visit));
  if (typeof model !== 'object' || model === null) return;
  for (const [key, value] of Object.entries(model)) if (isShown(key)) eachShownText(value, visit);
}

/** The same model with every shown string changed by `change`. */
export function mapShownText<T>(model: T, change: (text: string) => string): T {
  if (typeof model === 'string') return change(model) as T;
  if (Array.isArray(model)) return model.map((entry: unknown) => mapShownText(entry, change)) as T;
  if (typeof model !== 'object' || model === null) return model;
  return Object.fromEntries(Object.entries(model).map(([key, value]) => [key, isShown(key) ? mapShownText<unknown>(value, change) : value])) as T;
}

/** `lang` and `documentTitle` go into the file's own description. */
const NOT_SHOWN = new Set(['href', 'lang', 'documentTitle']);

function isShown(key: string): boolean {
  return !key.endsWith('Mark') && !NOT_SHOWN.has(key);
}
