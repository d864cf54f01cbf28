/** What a person sees while Plumbline starts. Owns: lines on stderr. Does not own: data, which goes to stdout. */

export interface Progress {
  /** Runs a step and tells how long it took. `describe` adds what was found, e.g. a version. */
  step<T>(label: string, work: () => Promise<T>, describe?: (result: T) => string): Promise<T>;
  note(text: string): void;
}

function seconds(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/** A closed terminal must not end what runs. */
function write(text: string): void {
  try {
    process.stderr.write(text);
  } catch {
    // Nobody reads any more.
  }
}

export function stderrProgress(): Progress {
  process.stderr.on('error', () => undefined);
  return {
    note: (text) => write(`  ${text}\n`),
    async step(label, work, describe) {
      const started = Date.now();
      try {
        const result = await work();
        write(`  ok    ${label.padEnd(28)} ${seconds(started).padStart(7)}  ${describe?.(result) ?? ''}`.trimEnd() + '\n');
        return result;
      } catch (error) {
        write(`  fail  ${label.padEnd(28)} ${seconds(started).padStart(7)}\n`);
        throw error;
      }
    },
  };
}

export function silentProgress(): Progress {
  return { note: () => undefined, step: (_label, work) => work() };
}
