/**
 * `plumbline doctor`. Owns: the table, the JSON and the exit code. Does not own: the checks (runtime/doctor.ts).
 */
import { describeError, PlumblineError } from '../model/errors.js';
import { readConfiguration } from '../runtime/configuration.js';
import { examineMachine, type DoctorPart } from '../runtime/doctor.js';
import { projectVersion } from '../runtime/paths.js';

export interface DoctorOutput {
  out(text: string): void;
  error(text: string): void;
}

const MARKS = { ok: 'ok', warning: 'note', missing: 'MISSING' } as const;
const WIDTH = 100;

function wrap(text: string, indent: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (last.length + word.length + 1 > WIDTH - indent && last !== '') lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

function column(parts: readonly DoctorPart[], read: (part: DoctorPart) => string): number {
  return Math.max(...parts.map((part) => read(part).length));
}

function rows(parts: readonly DoctorPart[]): string {
  const [name, version] = [column(parts, (part) => part.name), Math.max(7, column(parts, (part) => part.version))];
  const indent = 9 + name + 2 + version + 2;
  return parts.map((part) => {
    const head = `${MARKS[part.status].padEnd(9)}${part.name.padEnd(name + 2)}${part.version.padEnd(version + 2)}`;
    const lines = [head + wrap(part.found, indent)];
    if (part.where !== '') lines.push(' '.repeat(indent) + part.where);
    if (part.next !== '') lines.push(' '.repeat(indent) + wrap(`-> ${part.next}`, indent + 3));
    return lines.join('\n');
  }).join('\n');
}

function summary(parts: readonly DoctorPart[]): string {
  const missing = parts.filter((part) => part.status === 'missing');
  if (missing.length === 0) return 'Everything that is needed is here. Start with: npm start';
  return `${missing.length} of ${parts.length} parts need something: ${missing.map((part) => part.name).join(', ')}. Do what stands after "->", then run bin/plumbline doctor again.`;
}

/** Exit code 0 when all that is needed is there (notes allowed), 3 when something is missing or a setting is wrong. */
export async function runDoctor(options: { json: boolean }, output: DoctorOutput): Promise<number> {
  try {
    const parts = await examineMachine(readConfiguration());
    const healthy = parts.every((part) => part.status !== 'missing');
    if (options.json) output.out(`${JSON.stringify({ schema: 1, version: projectVersion(), status: healthy ? 'ok' : 'missing', parts }, null, 2)}\n`);
    else output.out(`${rows(parts)}\n\n${wrap(summary(parts), 0)}\n`);
    return healthy ? 0 : 3;
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    output.error(`${describeError(error)}\n`);
    return 3;
  }
}
