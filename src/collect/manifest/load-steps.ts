/**
 * Loads the step types of one connector: its steps.yaml, the parts that it includes and the AI hosts that all connectors share.
 * Owns how these are laid over each other, and which file an error names.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpressionError } from '../expressions/compile.js';
import type { Manifest } from './schema.js';
import { compileSteps } from './step-rules.js';
import type { StepRules } from './step-rules.js';
import { AiHostsFile, StepsFile, StepsPart } from './steps-schema.js';
import { keysOf, manifestError, readYaml } from './yaml-file.js';
import type { CheckedDocuments, YamlSource } from './yaml-file.js';

interface Read {
  readonly value: StepsPart;
  readonly source: YamlSource;
}

const NO_STEPS: StepsFile = { include: [], sameWithout: [], tables: {}, shapes: {}, dataReferences: [], types: {}, prefixes: {} };
const SHARED = 'ai-hosts.yaml';

/** The shared table stands beside the connectors; packs of one's own may do without. */
async function sharedHosts(folder: string, checked: CheckedDocuments): Promise<Readonly<Record<string, string>>> {
  const file = join(folder, SHARED);
  const there = checked.has(file) || (await access(file).then(() => true, () => false));
  return there ? (await readYaml(file, AiHostsFile, checked)).value.hosts : {};
}

function mergeParts(main: StepsFile, parts: readonly Read[], source: YamlSource): StepsFile {
  const merged = { ...main, shapes: { ...main.shapes }, types: { ...main.types }, prefixes: { ...main.prefixes } };
  for (const part of parts) {
    for (const section of ['shapes', 'types', 'prefixes'] as const) {
      for (const [name, rule] of Object.entries(part.value[section])) {
        if (Object.hasOwn(merged[section], name)) throw manifestError(part.source, [section, name], `${name} stands in ${source.label} or another of its parts already`);
        merged[section][name] = rule;
      }
    }
  }
  return merged;
}

/** Names of types hold dots, so the place of an error is found by the names themselves. */
function placed(at: string, files: readonly Read[]): { source: YamlSource; path: PropertyKey[] } {
  for (const { value, source } of files) {
    for (const section of ['types', 'prefixes', 'shapes'] as const) {
      const name = Object.keys(value[section]).find((key) => at.startsWith(`${section}.${key}.`));
      if (name !== undefined) return { source, path: [section, name, ...keysOf(at.slice(`${section}.${name}.`.length))] };
    }
  }
  return { source: files[0]!.source, path: keysOf(at) };
}

/** `shared` holds ai-hosts.yaml. Throws PLB-COLLECT-011 with the file, line and place of the mistake. */
export async function loadSteps({ folder, shared }: { folder: string; shared: string }, { steps: file, resources }: Manifest, checked: CheckedDocuments): Promise<StepRules> {
  if (file === undefined) return compileSteps(NO_STEPS);
  const main = await readYaml(join(folder, file), StepsFile, checked);
  const parts = await Promise.all(main.value.include.map((part) => readYaml(join(folder, part), StepsPart, checked)));
  const merged = mergeParts(main.value, parts, main.source);
  const aiHosts = { ...(await sharedHosts(shared, checked)), ...merged.tables['aiHosts'] };
  try {
    return compileSteps({ ...merged, tables: { ...merged.tables, aiHosts } }, { document: main.source.label, types: new Set(Object.keys(resources)) });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { source, path } = placed(error.at, [main, ...parts]);
    throw manifestError(source, path, error.message);
  }
}
