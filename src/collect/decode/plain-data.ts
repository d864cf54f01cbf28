/** Checks that what a parser made is plain data within limits. Owns the refusals: too deep, too many members, names that steer objects. */
import type { JsonValue } from '../../model/resource.js';
import { DECODE_LIMITS, TOO_DEEP, UndecodableError } from './limits.js';

/** Returns the value as JSON. Throws UndecodableError. */
export function plainData(value: unknown): JsonValue {
  let members = 0;
  const check = (at: unknown, depth: number): JsonValue => {
    if (depth > DECODE_LIMITS.depth) throw new UndecodableError(TOO_DEEP);
    if (at === undefined || at === null) return null;
    // a reference such as &#xD800; spells half a character, which no text can hold
    if (typeof at === 'string') return /[\ud800-\udfff]/.test(at) ? Buffer.from(at).toString() : at;
    if (typeof at === 'boolean') return at;
    if (typeof at === 'number') return Number.isFinite(at) ? at : String(at);
    if (typeof at === 'bigint') return String(at);
    if (at instanceof Date) return at.toISOString();
    if (Array.isArray(at)) return at.map((member) => { count(); return check(member, depth + 1); });
    if (typeof at !== 'object') throw new UndecodableError('it holds something that is no data');
    const result: { [key: string]: JsonValue } = {};
    for (const [key, member] of Object.entries(at)) {
      count();
      if (key === '__proto__') throw new UndecodableError('it was refused: a member named __proto__');
      result[key] = check(member, depth + 1);
    }
    return result;
  };
  const count = (): void => {
    members += 1;
    if (members > DECODE_LIMITS.keys) throw new UndecodableError(`it has more than ${DECODE_LIMITS.keys} members`);
  };
  return check(value, 0);
}
