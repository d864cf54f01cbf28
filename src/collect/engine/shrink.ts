/** Finds the types that a platform suddenly tells far fewer of. Owns what "far fewer" is; whether it is so, a person says. Pure. */
import { OBSERVED_KINDS } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';

/** Of a handful, all must be gone; of more, the greater half. One deleted workflow of two is nothing to ask a person about. */
const HANDFUL = 5;
const MANY = 10;

function isFarFewer(read: number, before: number): boolean {
  return read === 0 ? before >= HANDFUL : before >= MANY && read < before / 2;
}

/** Of a log only what is new is read, so that few events mean nothing. */
function isLog({ kinds }: CompletenessEntry): boolean {
  return kinds !== undefined && kinds.length > 0 && kinds.every((kind) => OBSERVED_KINDS.includes(kind));
}

/** `before`: how many of each type were believed to be there. Only what was read to its end can be suspect: the rest is not believed anyway. */
export function suspectShrink(entries: readonly CompletenessEntry[], before: Readonly<Record<string, number>>): CompletenessEntry[] {
  return entries.map((entry) => {
    const believed = before[entry.type];
    if (believed === undefined || isLog(entry) || (entry.state !== 'collected' && entry.state !== 'empty') || !isFarFewer(entry.read, believed)) return entry;
    return { ...entry, state: 'suspect' as const, before: believed, reason: `${believed} were there before, ${entry.read} now` };
  });
}
