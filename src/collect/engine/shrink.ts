/** Finds the types that a platform suddenly tells far fewer of. Owns what "far fewer" is; whether it is so, a person says. Pure. */
import { OBSERVED_KINDS } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';

const FEW = 3;
const SOME = 4;
const MANY = 10;

/** Of many, half must be gone; of some, three quarters; of a few, all. One deleted workflow of two is nothing to ask a person about. */
function isFarFewer(read: number, before: number): boolean {
  if (before >= MANY) return read <= before / 2;
  return before >= SOME ? read <= before / 4 : before >= FEW && read === 0;
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
