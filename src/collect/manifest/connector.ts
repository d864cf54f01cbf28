/**
 * Loads connectors: reads packs/connectors/<id>/, checks and compiles them. Owns what a loaded connector is; the rest of
 * the engine works on this form only. A mistake in a pack is PLB-COLLECT-011 with file, line and fix.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceKind } from '../../model/resource.js';
import { ExpressionError, createCompiler } from '../expressions/compile.js';
import type { Expression } from '../expressions/scope.js';
import { pathRules } from '../redact/path-rules.js';
import type { RedactionRules } from '../redact/redact.js';
import { Manifest, StepsFile } from './schema.js';
import type { GraphRule, ResourceRule } from './schema.js';
import { compileSteps } from './step-rules.js';
import type { StepRules } from './step-rules.js';
import { keysOf, manifestError, readYaml } from './yaml-file.js';
import type { CheckedDocuments, YamlSource } from './yaml-file.js';

export interface CompiledResource {
  readonly type: string;
  readonly rule: ResourceRule;
  readonly items: Expression;
  readonly key: Expression | null;
  readonly forEach: { readonly of: string; readonly when: Expression | null; readonly bind: Readonly<Record<string, Expression>>; readonly limit: number } | null;
  readonly redaction: RedactionRules;
  /** the resource kinds that are unknown when this type was not read */
  readonly kinds: readonly ResourceKind[];
}
export interface CompiledRecord {
  readonly kind: Manifest['emit'][number]['kind'];
  readonly from: string;
  readonly groupBy: Expression | null;
  readonly where: Expression | null;
  readonly key: Expression;
  readonly name: Expression;
  readonly properties: readonly (readonly [string, Expression])[];
}
interface CompiledGraphParts {
  readonly workflow: { readonly key: Expression; readonly name: Expression; readonly enabled: Expression; readonly properties: readonly (readonly [string, Expression])[] };
  readonly step: {
    readonly id: Expression; readonly name: Expression; readonly type: Expression; readonly disabled: Expression; readonly parameters: Expression;
    readonly typeVersion: Expression | null; readonly onError: Expression | null; readonly credentials: Expression | null;
    readonly extra: readonly (readonly [string, Expression])[];
  };
}
export type NestedGraph = CompiledGraphParts & { readonly rule: Extract<GraphRule, { layout: 'nested-by-name' }> };
export type FlatGraph = CompiledGraphParts & {
  readonly rule: Extract<GraphRule, { layout: 'flat-by-id' }>;
  readonly shared: { readonly name: Expression; readonly parameters: Expression };
};
export type CompiledGraph = NestedGraph | FlatGraph;

export interface SecretField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'password' | 'text';
  readonly required: boolean;
}

export interface Connector {
  readonly id: string;
  readonly title: string;
  readonly manifest: Manifest;
  readonly secretFields: readonly SecretField[];
  readonly fileSource: boolean;
  readonly resources: readonly CompiledResource[];
  readonly records: readonly CompiledRecord[];
  readonly graph: CompiledGraph;
  readonly steps: StepRules;
  readonly files: { readonly item: Expression; readonly claims: readonly Expression[]; readonly listUnder: readonly string[]; readonly whole: boolean; readonly type: string } | null;
  readonly version: { readonly from: string; readonly take: Expression } | null;
}

type Compile = (source: Parameters<ReturnType<typeof createCompiler>['compile']>[0], at: string) => Expression;

function compileMap(sources: Readonly<Record<string, Parameters<Compile>[0]>>, at: string, compile: Compile): (readonly [string, Expression])[] {
  return Object.entries(sources).map(([name, source]) => [name, compile(source, `${at}.${name}`)] as const);
}

const GRAPH_KINDS: readonly ResourceKind[] = ['workflow', 'step', 'entry-point', 'ai-step'];

function kindsOf(type: string, { feeds }: ResourceRule, { emit, graph }: Manifest): ResourceKind[] {
  if (feeds) return feeds;
  const emitted = emit.filter((rule) => rule.from === type).map((rule) => rule.kind);
  const drawn = graph.from !== type ? [] : graph.layout === 'flat-by-id' ? [...GRAPH_KINDS, graph.shared.kind] : GRAPH_KINDS;
  return [...new Set([...emitted, ...drawn])];
}

function compileResource(type: string, rule: ResourceRule, manifest: Manifest, compile: Compile): CompiledResource {
  const at = `resources.${type}`;
  const loop = rule.forEach;
  return {
    type, rule,
    items: compile(rule.items ?? '', `${at}.items`),
    key: rule.key === undefined ? null : compile(rule.key, `${at}.key`),
    forEach: loop ? { of: loop.of, limit: loop.limit, when: loop.when === undefined ? null : compile(loop.when, `${at}.forEach.when`), bind: Object.fromEntries(compileMap(loop.bind, `${at}.forEach.bind`, compile)) } : null,
    redaction: { paths: pathRules(rule.drop, rule.secrets), where: manifest.redact.where },
    kinds: kindsOf(type, rule, manifest),
  };
}

function compileRecord(rule: Manifest['emit'][number], index: number, compile: Compile): CompiledRecord {
  const at = `emit[${index}]`;
  return {
    kind: rule.kind, from: rule.from,
    groupBy: rule.groupBy === undefined ? null : compile(rule.groupBy, `${at}.groupBy`),
    where: rule.where === undefined ? null : compile(rule.where, `${at}.where`),
    key: compile(rule.key, `${at}.key`),
    name: compile(rule.name, `${at}.name`),
    properties: compileMap(rule.properties, `${at}.properties`, compile),
  };
}

function compileGraph(rule: GraphRule, compile: Compile): CompiledGraph {
  const { workflow, step } = rule;
  const optional = (source: Parameters<Compile>[0] | undefined, at: string): Expression | null => (source === undefined ? null : compile(source, at));
  const parts: CompiledGraphParts = {
    workflow: {
      key: compile(workflow.key, 'graph.workflow.key'), name: compile(workflow.name, 'graph.workflow.name'),
      enabled: compile(workflow.enabled, 'graph.workflow.enabled'), properties: compileMap(workflow.properties, 'graph.workflow.properties', compile),
    },
    step: {
      id: compile(step.id, 'graph.step.id'), name: compile(step.name, 'graph.step.name'), type: compile(step.type, 'graph.step.type'),
      disabled: compile(step.disabled, 'graph.step.disabled'), parameters: compile(step.parameters, 'graph.step.parameters'),
      typeVersion: optional(step.typeVersion, 'graph.step.typeVersion'), onError: optional(step.onError, 'graph.step.onError'),
      credentials: optional(step.credentials, 'graph.step.credentials'), extra: compileMap(step.extra, 'graph.step.extra', compile),
    },
  };
  if (rule.layout === 'nested-by-name') return { ...parts, rule };
  return { ...parts, rule, shared: { name: compile(rule.shared.name, 'graph.shared.name'), parameters: compile(rule.shared.parameters, 'graph.shared.parameters') } };
}

function checkReferences(manifest: Manifest, source: YamlSource): void {
  const known = (type: string, path: PropertyKey[]): void => {
    if (!Object.hasOwn(manifest.resources, type)) throw manifestError(source, path, `there is no resource named ${type}`);
  };
  manifest.emit.forEach((rule, index) => known(rule.from, ['emit', index, 'from']));
  known(manifest.graph.from, ['graph', 'from']);
  manifest.probe.types.forEach((type, index) => known(type, ['probe', 'types', index]));
  if (manifest.version) known(manifest.version.from, ['version', 'from']);
  for (const [type, rule] of Object.entries(manifest.resources)) {
    if ((rule.get === undefined) === (rule.readOnlyPost === undefined)) throw manifestError(source, ['resources', type], 'give either `get` or `readOnlyPost`');
    if (rule.forEach) known(rule.forEach.of, ['resources', type, 'forEach', 'of']);
    for (const other of rule.narrowView?.whenForbidden ?? []) known(other, ['resources', type, 'narrowView']);
  }
}

function assemble(manifest: Manifest, steps: StepRules): Connector {
  const compiler = createCompiler(manifest.tables);
  const compile: Compile = (source, at) => compiler.compile(source, at);
  const files = manifest.files;
  return {
    id: manifest.id, title: manifest.title, manifest, steps,
    secretFields: manifest.secretFields, fileSource: files !== undefined,
    resources: Object.entries(manifest.resources).map(([type, rule]) => compileResource(type, rule, manifest, compile)),
    records: manifest.emit.map((rule, index) => compileRecord(rule, index, compile)),
    graph: compileGraph(manifest.graph, compile),
    files: files ? { item: compile(files.item, 'files.item'), claims: files.claims.map((claim, index) => compile(claim, `files.claims[${index}]`)), listUnder: files.listUnder, whole: files.whole, type: files.type } : null,
    version: manifest.version ? { from: manifest.version.from, take: compile(manifest.version.take, 'version.take') } : null,
  };
}

function rethrow(error: unknown, source: YamlSource): never {
  if (error instanceof ExpressionError) throw manifestError(source, keysOf(error.at), error.message);
  throw error;
}

async function loadConnector(folder: string, checked: CheckedDocuments): Promise<Connector> {
  const { value: manifest, source } = await readYaml(join(folder, 'manifest.yaml'), Manifest, checked);
  checkReferences(manifest, source);
  const stepsFile = await readYaml(join(folder, manifest.steps), StepsFile, checked);
  let steps: StepRules;
  try { steps = compileSteps(stepsFile.value); } catch (error) { return rethrow(error, stepsFile.source); }
  try { return assemble(manifest, steps); } catch (error) { return rethrow(error, source); }
}

/**
 * Every connector below `<packsRoot>/connectors`, by id. Throws PLB-COLLECT-011 for the first mistake found. `checked` holds
 * files that an earlier call accepted, by path, and takes up those of this call: whoever keeps it must know that no file changed.
 */
export async function loadConnectors(packsRoot: string, checked: CheckedDocuments = new Map()): Promise<Map<string, Connector>> {
  const root = join(packsRoot, 'connectors');
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const connectors = await Promise.all(folders.map((name) => loadConnector(join(root, name), checked)));
  return new Map(connectors.map((connector) => [connector.id, connector]));
}
