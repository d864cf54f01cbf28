/** Compiles the expressions of a checked manifest. Owns the place in the document that an error names. Reads no file. */
import type { ResourceKind } from '../../model/resource.js';
import { WHOLE } from '../../model/snapshot.js';
import { createCompiler } from '../expressions/compile.js';
import type { Expression } from '../expressions/scope.js';
import { allowList } from '../redact/keep-only.js';
import { pathRules } from '../redact/path-rules.js';
import type { References } from '../redact/references.js';
import type { CompiledFiles, CompiledGraph, CompiledRecord, CompiledResource, Connector, NamedExpressions, StepObject } from './connector.js';
import type { FileRule } from './file-schema.js';
import type { GraphRule, RecordRule } from './graph-schema.js';
import { STEP_KINDS, joinsOf, type Joins } from './joins.js';
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import type { StepRules } from './step-rules.js';

type Source = Parameters<ReturnType<typeof createCompiler>['compile']>[0];
interface Compile {
  one(source: Source, at: string): Expression;
  optional(source: Source | undefined, at: string): Expression | null;
  /** what decides: absent counts as no */
  condition(source: Source | undefined, at: string): Expression | null;
  named(sources: Readonly<Record<string, Source>>, at: string): NamedExpressions;
}

/** `alone`: for what looks at one answer or item before anything else is known. */
function compileWith({ id, tables, resources }: Manifest, alone: boolean): Compile {
  const compiler = createCompiler(tables, { document: `packs/connectors/${id}/manifest.yaml`, types: new Set(Object.keys(resources)), alone });
  return {
    one: (source, at) => compiler.compile(source, at),
    optional: (source, at) => (source === undefined ? null : compiler.compile(source, at)),
    condition: (source, at) => (source === undefined ? null : compiler.compile(source, at, 'condition')),
    named: (sources, at) => Object.entries(sources).map(([name, source]) => [name, compiler.compile(source, `${at}.${name}`)] as const),
  };
}

const GRAPH_KINDS: readonly ResourceKind[] = ['workflow', ...STEP_KINDS];

/** Every kind that is drawn from this type. What `feeds` says comes on top: it takes away nothing that the manifest shows. */
function kindsOf(type: string, { emit, graphs, resources }: Manifest): ResourceKind[] {
  const emitted = emit.filter((rule) => rule.from === type).map((rule) => rule.kind);
  const drawn = graphs.filter((graph) => graph.from === type).flatMap((graph) => (graph.layout === 'flat-by-id' ? [...GRAPH_KINDS, graph.shared.kind] : GRAPH_KINDS));
  const attached = graphs.some((graph) => graph.layout === 'tree' && graph.attach.some(({ from }) => from === type)) ? STEP_KINDS : [];
  return [...(resources[type]!.feeds ?? []), ...emitted, ...drawn, ...attached];
}

/** The type itself and those that loop over it: without the list their items are unknown too. */
function withLoops(type: string, { resources }: Pick<Manifest, 'resources'>, seen = new Set<string>()): Set<string> {
  if (seen.has(type)) return seen;
  seen.add(type);
  for (const [other, rule] of Object.entries(resources)) if (rule.forEach?.of === type) withLoops(other, { resources }, seen);
  return seen;
}

function reachOf(type: string, manifest: Manifest, joins: Joins): Pick<CompiledResource, 'kinds' | 'joined'> {
  const types = [...withLoops(type, manifest)];
  const joined: { [kind: string]: string[] } = {};
  for (const each of types) for (const [kind, properties] of joins.get(each) ?? []) joined[kind] = [...new Set([...(joined[kind] ?? []), ...properties])].sort();
  const whole = (Object.keys(joined) as ResourceKind[]).filter((kind) => joined[kind]!.includes(WHOLE));
  return { kinds: [...new Set([...types.flatMap((each) => kindsOf(each, manifest)), ...whole])], joined };
}

/** The words of a request that is made once, null for any other. */
function plainRequest({ host, get, query, headers, paging, forEach, matrix, recurse, since, job }: ResourceRule): string | null {
  return get === undefined || paging || forEach || matrix || recurse || since || job ? null : JSON.stringify([host, get, query, headers]);
}

function sharersOf(rule: ResourceRule, { resources }: Manifest): number {
  const own = plainRequest(rule);
  return own === null ? 1 : Object.values(resources).filter((other) => plainRequest(other) === own).length;
}

function compileResource(type: string, rule: ResourceRule, { manifest, compile, joins, references }: { manifest: Manifest; compile: Compile; joins: Joins; references: References }): CompiledResource {
  const at = `resources.${type}`;
  const { forEach: loop, recurse, job, paging } = rule;
  return {
    type, rule,
    items: compile.one(rule.items ?? '', `${at}.items`),
    key: compile.optional(rule.key, `${at}.key`),
    forEach: loop ? { of: loop.of, limit: loop.limit, when: compile.condition(loop.when, `${at}.forEach.when`), told: compile.optional(loop.when, `${at}.forEach.when`), bind: compile.named(loop.bind, `${at}.forEach.bind`) } : null,
    recurse: recurse ? { bind: compile.named(recurse.bind, `${at}.recurse.bind`) } : null,
    onBody: rule.onBody.map((each, index) => compile.condition(each.when, `${at}.onBody[${index}].when`)!),
    canary: compile.condition(rule.canary?.where, `${at}.canary.where`),
    since: compile.optional(rule.since?.at, `${at}.since.at`),
    job: job ? { done: compile.condition(job.done, `${at}.job.done`)!, failed: compile.condition(job.failed, `${at}.job.failed`) } : null,
    keyset: paging?.kind === 'keyset' ? compile.one(paging.by, `${at}.paging.by`) : null,
    redaction: {
      paths: pathRules(rule.drop, rule.secrets), where: manifest.redact.where, references: manifest.redact.references,
      names: new Set(manifest.redact.names.map((name) => name.toLowerCase())), keepOnly: rule.keepOnly ? allowList(rule.keepOnly) : null,
      marks: references,
    },
    sharers: sharersOf(rule, manifest),
    boundHost: manifest.hosts[rule.host]?.bound ?? null,
    ...reachOf(type, manifest, joins),
  };
}

function compileRecord(rule: RecordRule, index: number, compile: Compile): CompiledRecord {
  const at = `emit[${index}]`;
  return {
    kind: rule.kind, from: rule.from,
    each: compile.optional(rule.each, `${at}.each`),
    always: rule.always,
    groupBy: compile.optional(rule.groupBy, `${at}.groupBy`),
    where: compile.condition(rule.where, `${at}.where`),
    key: compile.one(rule.key, `${at}.key`),
    name: compile.one(rule.name, `${at}.name`),
    properties: compile.named(rule.properties, `${at}.properties`),
    observed: compile.named(rule.observed ?? {}, `${at}.observed`),
  };
}

/** Where settings stand that expressions read below: what the manifest names, or the path of the parameters. */
function compileObjects({ objects, parameters }: GraphRule['step'], at: string, compile: Compile): readonly StepObject[] {
  const named = objects ?? (typeof parameters === 'string' && parameters !== '' && !parameters.startsWith('$') ? [parameters] : []);
  return named.map((each, index) => {
    const { at: path, orNull, when } = typeof each === 'string' ? { at: each, orNull: false, when: undefined } : each;
    return { take: compile.one(path, `${at}.objects[${index}]`), orNull, when: compile.condition(when, `${at}.objects[${index}].when`) };
  });
}

function compileGraph(rule: GraphRule, index: number, compile: Compile): CompiledGraph {
  const { workflow, step } = rule;
  const at = `graphs[${index}]`;
  const parts = {
    where: compile.condition(rule.where, `${at}.where`),
    workflow: {
      key: compile.one(workflow.key, `${at}.workflow.key`), name: compile.one(workflow.name, `${at}.workflow.name`),
      enabled: compile.one(workflow.enabled, `${at}.workflow.enabled`), properties: compile.named(workflow.properties, `${at}.workflow.properties`),
      observed: compile.named(workflow.observed ?? {}, `${at}.workflow.observed`),
    },
    step: {
      id: compile.one(step.id, `${at}.step.id`), name: compile.one(step.name, `${at}.step.name`), type: compile.one(step.type, `${at}.step.type`),
      disabled: compile.one(step.disabled, `${at}.step.disabled`), parameters: compile.one(step.parameters, `${at}.step.parameters`),
      typeVersion: compile.optional(step.typeVersion, `${at}.step.typeVersion`), onError: compile.optional(step.onError, `${at}.step.onError`),
      credentials: compile.optional(step.credentials, `${at}.step.credentials`), extra: compile.named(step.extra, `${at}.step.extra`),
      objects: compileObjects(step, `${at}.step`, compile),
    },
  };
  if (rule.layout === 'nested-by-name') return { ...parts, layout: rule.layout, rule };
  if (rule.layout === 'flat-by-id') return { ...parts, layout: rule.layout, rule, shared: { name: compile.one(rule.shared.name, `${at}.shared.name`), parameters: compile.one(rule.shared.parameters, `${at}.shared.parameters`) } };
  const { wires } = rule;
  return { ...parts, layout: rule.layout, rule, wires: wires.kind === 'after' || wires.kind === 'next' ? compile.one(wires.take, `${at}.wires.take`) : null };
}

function compileFiles(rule: FileRule, compile: Compile): CompiledFiles {
  return {
    rule,
    item: compile.optional(rule.item, 'files.item'),
    claims: rule.claims.map((claim, index) => compile.condition(claim, `files.claims[${index}]`)!),
    more: rule.more.map(({ items, type }, index) => ({ type, items: compile.one(items, `files.more[${index}].items`) })),
    parts: (rule.archive?.parts ?? []).map((part, index) => ({ path: part.path, as: part.as, type: part.type, items: compile.optional(part.items, `files.archive.parts[${index}].items`),
      listed: part.listed ? { in: part.listed.in, name: compile.one(part.listed.name, `files.archive.parts[${index}].listed.name`) } : null })),
  };
}

function learnt(manifest: Manifest, compile: Compile, what: 'base' | 'limit'): Connector['hostBases'] {
  const found = Object.entries(manifest.hosts).flatMap(([name, host]) => {
    const learn = what === 'base' ? host.learn : host.limit?.learn;
    return learn ? [[name, { from: learn.from, take: compile.one(learn.take, `hosts.${name}.${what === 'base' ? '' : 'limit.'}learn.take`) }] as const] : [];
  });
  return new Map(found);
}

/** Throws ExpressionError with the place in manifest.yaml. */
export function compileManifest(manifest: Manifest, steps: StepRules, folder: string): Connector {
  const compile = compileWith(manifest, false);
  const alone = compileWith(manifest, true);
  const joins = joinsOf(manifest, steps.sources ?? null);
  return {
    id: manifest.id, title: manifest.title, folder, manifest, steps,
    secretFields: manifest.secretFields, fileSource: manifest.files !== undefined,
    liveSource: Object.values(manifest.resources).some((rule) => rule.get !== undefined || rule.readOnlyPost !== undefined || rule.job !== undefined),
    resources: Object.entries(manifest.resources).map(([type, rule]) => compileResource(type, rule, { manifest, compile: alone, joins, references: steps.references })),
    records: manifest.emit.map((rule, index) => compileRecord(rule, index, compile)),
    graphs: manifest.graphs.map((rule, index) => compileGraph(rule, index, compile)),
    files: manifest.files ? compileFiles(manifest.files, alone) : null,
    version: manifest.version ? { from: manifest.version.from, take: alone.one(manifest.version.take, 'version.take') } : null,
    hostBases: learnt(manifest, alone, 'base'),
    hostLimits: learnt(manifest, alone, 'limit'),
  };
}
