/** What a number field holds as an answer. Owns that one reading. */

/** Words typed into a number field are no answer: they must not be counted, and not be told to be saved. */
export function numberOf(typed: string | number): number | null {
  const number = typed === '' ? Number.NaN : Number(typed);
  return Number.isFinite(number) ? number : null;
}
