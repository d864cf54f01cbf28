/**
 * The notes about items that could not be decoded. Owns their form: pages keep notes as texts, one for each path and way of decoding,
 * with the first reason and the number of items; what was read of all pages is counted from them.
 */
const NOTE = /^(.+? could not be decoded \([a-z0-9-]+\)): (.*?)(?: \((\d+) items\))?$/s;

export interface Undecoded {
  /** without the reason, which differs from item to item */
  readonly failure: string;
  readonly reason: string;
  readonly count: number;
}

function parsed(note: string): Undecoded | null {
  const found = NOTE.exec(note);
  return found ? { failure: found[1]!, reason: found[2]!, count: Number(found[3] ?? '1') } : null;
}

/** Counts one more item. */
export function noteUndecoded(notes: string[], failure: string, reason: string): void {
  const at = notes.findIndex((note) => parsed(note)?.failure === failure);
  const before = at === -1 ? null : parsed(notes[at]!);
  if (before) notes[at] = `${failure}: ${before.reason} (${before.count + 1} items)`;
  else notes.push(`${failure}: ${reason}`);
}

/** Failures of all pages with the number of items, and the notes about anything else. */
export function undecodedIn(notes: readonly string[]): { readonly failures: readonly Undecoded[]; readonly others: string[] } {
  const failures = new Map<string, Undecoded>();
  const others: string[] = [];
  for (const note of notes) {
    const own = parsed(note);
    const before = own ? failures.get(own.failure) : undefined;
    if (own) failures.set(own.failure, { ...(before ?? own), count: (before?.count ?? 0) + own.count });
    else others.push(note);
  }
  return { failures: [...failures.values()], others };
}
