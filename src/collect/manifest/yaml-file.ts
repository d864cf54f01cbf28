/** Reads one YAML pack file against a schema. Owns errors that name file, line and fix. Does not know what the file means. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';

export interface YamlSource {
  /** `packs/connectors/n8n/manifest.yaml`: the end of the path, fit to be shown */
  readonly label: string;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Of a connector of one's own the path as a person would type it; of a shipped one its place in the project. */
function labelOf(file: string): string {
  const own = process.env['PLUMBLINE_CONNECTORS']?.trim();
  if (own && resolve(file).startsWith(resolve(own))) return file;
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith('..') ? join('packs', 'connectors', basename(dirname(file)), basename(file)) : fromHere;
}

export function manifestError(source: YamlSource, path: readonly PropertyKey[], problem: string): PlumblineError {
  const place = path.length === 0 ? '' : ` at ${path.map(String).join('.')}`;
  return new PlumblineError('PLB-COLLECT-011', `${source.label} line ${source.lineOf(path)}${place}: ${problem}.`, { file: source.label, line: source.lineOf(path), path: path.map(String).join('.') });
}

/** Contents that were checked before, by file; see loadConnectors. */
export type CheckedDocuments = Map<string, unknown>;

function lineFinder(document: Document, counter: LineCounter, isNode: typeof import('yaml').isNode): YamlSource['lineOf'] {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  };
}

/** `a.b[2].c` as a path of keys. */
export function keysOf(place: string): PropertyKey[] {
  return place.split(/[.[\]]+/).filter((part) => part !== '').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export async function readYaml<T>(file: string, schema: z.ZodType<T>, checked: CheckedDocuments): Promise<{ value: T; source: YamlSource }> {
  const bare: YamlSource = { label: labelOf(file), lineOf: () => 1 };
  if (checked.has(file)) return { value: checked.get(file) as T, source: bare };
  const read = await parseYaml(file, schema, bare);
  checked.set(file, read.value);
  return read;
}

async function parseYaml<T>(file: string, schema: z.ZodType<T>, bare: YamlSource): Promise<{ value: T; source: YamlSource }> {
  const { LineCounter, isNode, parseDocument } = await import('yaml');
  const counter = new LineCounter();
  const text = await readFile(file, 'utf8').catch(() => { throw manifestError(bare, [], 'the file cannot be read'); });
  const document = parseDocument(text, { lineCounter: counter, strict: true, uniqueKeys: true });
  const source: YamlSource = { label: labelOf(file), lineOf: lineFinder(document, counter, isNode) };
  const broken = document.errors[0];
  if (broken) {
    const line = counter.linePos(broken.pos[0]).line;
    throw manifestError({ label: source.label, lineOf: () => line }, [], broken.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''));
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return { value: parsed.data, source };
  const { issues } = parsed.error;
  // a misspelt name also makes the right one missing: tell the misspelling
  const issue = issues.find((each) => each.code === 'unrecognized_keys') ?? issues[0]!;
  throw manifestError(source, issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path, issue.message.replace(/\.$/, ''));
}
