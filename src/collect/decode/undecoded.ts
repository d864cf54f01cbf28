/**
 * The notes about items that could not be decoded. Owns their form: pages keep notes as texts, one for each failure with the number
 * of items it befell, and what was read of all pages is counted from them.
 */
const NOTE = /^(.+ could not be decoded \(.+?)(?: \((\d+) items\))?$/s;

function parsed(note: string): { failure: string; count: number } | null {
  const found = NOTE.exec(note);
  return found ? { failure: found[1]!, count: Number(found[2] ?? '1') } : null;
}

/** Counts one more item. */
export function noteUndecoded(notes: string[], failure: string): void {
  const at = notes.findIndex((note) => parsed(note)?.failure === failure);
  if (at === -1) notes.push(failure);
  else notes[at] = `${failure} (${parsed(notes[at]!)!.count + 1} items)`;
}

/** Failures of all pages with the number of items, and the notes about anything else. */
export function undecodedIn(notes: readonly string[]): { readonly failures: ReadonlyMap<string, number>; readonly others: string[] } {
  const failures = new Map<string, number>();
  const others: string[] = [];
  for (const note of notes) {
    const own = parsed(note);
    if (own) failures.set(own.failure, (failures.get(own.failure) ?? 0) + own.count);
    else others.push(note);
  }
  return { failures, others };
}
