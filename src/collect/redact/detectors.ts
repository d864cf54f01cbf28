/** Finds secrets in any text by how they look. Owns going through the detectors, and what becomes of finds that overlap. */
import { DETECTORS } from './detector-list.js';
import { mayHoldSecret, noteHarmless } from './first-look.js';
import { rangesOfMarks } from './marks.js';

export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** `rank`: place of its detector in the list */
interface Ranked extends FoundSecret {
  readonly rank: number;
}

/**
 * Where two detectors see parts of one secret, all of it goes, under the kind that the earlier one of the list gives: a password that
 * begins like a maker's key must not leave its end behind. The word before a token (`Bearer`) is no part of it.
 */
function include(found: Ranked[], secret: Ranked, text: string): void {
  const at = firstEndingAfter(found, secret.start);
  let after = at;
  while (after < found.length && found[after]!.start < secret.end) after += 1;
  if (after === at) return void found.splice(at, 0, secret);
  const others = found.slice(at, after);
  const first = others.reduce((one, other) => (other.rank < one.rank ? other : one));
  const start = Math.min(secret.start, others[0]!.start);
  const end = Math.max(secret.end, others.at(-1)!.end);
  if (others.length === 1 && first.end === end && /^(?:[a-z]{1,12} )?$/i.test(text.slice(start, first.start))) return;
  found.splice(at, others.length, { start, end, kind: first.kind, rank: first.rank });
}

/** `found` is in order and without overlaps: a text full of secrets must not cost the square of their number. */
function firstEndingAfter(found: readonly Ranked[], position: number): number {
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle]!.end > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Secrets in `text`, in order, without overlaps. */
export function findSecrets(text: string): FoundSecret[] {
  return text.length < 6 || !mayHoldSecret(text) ? [] : detected(text);
}

function detected(text: string): FoundSecret[] {
  const found: Ranked[] = [];
  const small = text.toLowerCase();
  for (const [rank, { pattern, group, kind, near, accept }] of DETECTORS.entries()) {
    if (!near.some((word) => small.includes(word))) continue;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const secret = match[group];
      if (match[0] === '') pattern.lastIndex += 1;
      if (secret === undefined || secret === '' || (accept && !accept(secret, match))) continue;
      const start = match.index + (group === 0 ? 0 : match[0].lastIndexOf(secret));
      include(found, { start, end: start + secret.length, kind, rank }, text);
    }
  }
  if (found.length === 0) noteHarmless(text);
  return found.length > 0 && text.includes('[redacted ') ? beyondMarks(found, text) : found;
}

/** What stands where a secret stood is none. */
function beyondMarks(found: readonly Ranked[], text: string): Ranked[] {
  const marks = rangesOfMarks(text);
  return found.filter(({ start, end }) => !marks.some((mark) => mark.start < end && start < mark.end));
}
