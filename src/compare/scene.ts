/** Two snapshots side by side: what is new, gone, or different. Owns pairing by identity; does not own what a difference means. */
import { resourceId, type JsonValue, type Resource, type ResourceKind } from '../model/resource.js';
import { canonicalJson } from '../model/canonical.js';
import { WHOLE, kindsOfType, type JoinedProperties } from '../model/snapshot.js';
import { sameJson } from './leaf-edits.js';

export interface Pair {
  before: Resource;
  after: Resource;
}

export interface Scene {
  added: Resource[];
  removed: Resource[];
  changed: Pair[];
  /** paired by content, because their key changed with their place or name */
  moved: Pair[];
  renamed: Pair[];
  workflowBefore(key: JsonValue | undefined): Resource | undefined;
  workflowAfter(key: JsonValue | undefined): Resource | undefined;
  after: ReadonlyMap<string, Resource>;
  /** kinds that were not fully read now */
  unread: ReadonlySet<string>;
  untold: JoinedProperties;
}

/** What the platform did, not how it is configured: no drift. */
const PASSING_KINDS: ReadonlySet<ResourceKind> = new Set(['audit-event', 'run-stats']);
const STEP_KINDS: readonly ResourceKind[] = ['step', 'entry-point', 'ai-step'];

export interface SceneOptions {
  unreadTypesAfter?: readonly string[];
  /** per kind, the properties that are worked out with a list that is missing now; `*` = the resource as a whole */
  untoldAfter?: JoinedProperties;
}

export function createScene(before: readonly Resource[], after: readonly Resource[], options: SceneOptions): Scene {
  const left = index(before);
  const right = index(after);
  const unread = new Set((options.unreadTypesAfter ?? []).flatMap((type) => [...kindsOfType({ type })]));
  const scene: Scene = {
    added: [], removed: [], changed: [], moved: [], renamed: [], after: right, unread, untold: options.untoldAfter ?? {},
    workflowBefore: (key) => left.get(`workflow:${String(key)}`),
    workflowAfter: (key) => right.get(`workflow:${String(key)}`),
  };
  for (const [id, resource] of right) {
    const old = left.get(id) ?? twinOf(resource, left, right);
    if (old !== undefined && !sameBody(old, resource) && !isOnlyUntold({ before: old, after: resource }, scene)) scene.changed.push({ before: old, after: resource });
    else if (old === undefined && !isWholeUntold(resource, scene)) scene.added.push(resource);
  }
  for (const [id, resource] of left) {
    if (!right.has(id) && !unread.has(resource.kind) && twinOf(resource, right, left) === undefined) scene.removed.push(resource);
  }
  scene.added.sort(byIdentity);
  scene.removed.sort(byIdentity);
  scene.changed.sort((a, b) => byIdentity(a.after, b.after));
  pairByContent(scene);
  return scene;
}

function index(resources: readonly Resource[]): Map<string, Resource> {
  return new Map(resources.filter(({ kind }) => !PASSING_KINDS.has(kind)).map((resource) => [resourceId(resource), resource]));
}

/** The order of a snapshot means nothing, so nothing may depend on it. */
function byIdentity(a: Resource, b: Resource): number {
  const [left, right] = [resourceId(a), resourceId(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A step keeps its key when it turns into an entry point or an AI step. */
function twinOf(resource: Resource, there: ReadonlyMap<string, Resource>, here: ReadonlyMap<string, Resource>): Resource | undefined {
  if (!STEP_KINDS.includes(resource.kind)) return undefined;
  for (const kind of STEP_KINDS) {
    const id = `${kind}:${resource.key}`;
    if (kind !== resource.kind && there.has(id) && !here.has(id)) return there.get(id);
  }
  return undefined;
}

/** True when nothing differs but what the platform does not tell now, because a part of it could not be read. */
function isOnlyUntold(pair: Pair, scene: Scene): boolean {
  const { before, after } = pair;
  if ((before.name !== after.name && !isNameUntold(after, scene)) || before.kind !== after.kind) return false;
  const properties = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...properties].every((property) => sameJson(before.properties[property], after.properties[property]) || isUntold(pair, property, scene));
}

type Known = Pick<Scene, 'unread' | 'untold'>;

/** A property that is worked out with a missing list, or is absent or `unknown` now while the read was incomplete: not known to have changed. */
export function isUntold(pair: Pair, property: string, { unread, untold }: Known): boolean {
  const { after } = pair;
  const value = after.properties[property];
  if (untold[after.kind]?.includes(property) === true || isWholeUntold(after, { untold })) return true;
  if (property === 'inlineSecrets') return isOnlyBelowUntold(pair, [...(untold[after.kind] ?? []), ...(unread.has(after.kind) && after.kind === 'platform-settings' ? absentNow(pair) : [])]);
  if (value === 'unknown') return unread.has('platform-settings');
  return value === undefined && unread.has(after.kind) && after.kind === 'platform-settings';
}

function absentNow({ before, after }: Pair): string[] {
  return Object.keys(before.properties).filter((name) => after.properties[name] === undefined);
}

/** Secrets are listed by their path: those that differ all stand in properties that are not told now. */
function isOnlyBelowUntold({ before, after }: Pair, untold: readonly string[]): boolean {
  const rest = (list: unknown): JsonValue => (Array.isArray(list) ? (list as JsonValue[]) : []).filter((secret) => !untold.includes(/^\w+/.exec(String((secret as { path?: unknown }).path))?.[0] ?? ''));
  return untold.length > 0 && sameJson(rest(before.properties['inlineSecrets']), rest(after.properties['inlineSecrets']));
}

export function isNameUntold(resource: Resource, { untold }: Pick<Scene, 'untold'>): boolean {
  return untold[resource.kind]?.includes('name') === true || isWholeUntold(resource, { untold });
}

/** Which of the platform's things become resources of this kind is not known: one may show only because a list is missing. */
function isWholeUntold({ kind }: Resource, { untold }: Pick<Scene, 'untold'>): boolean {
  return untold[kind]?.includes(WHOLE) === true;
}

function sameBody(a: Resource, b: Resource): boolean {
  return a === b || (a.kind === b.kind && a.name === b.name && sameJson(a.properties, b.properties));
}

/** Where keys hold the workflow or the name, a move or a rename looks like a removal and an addition of the same content. */
function pairByContent(scene: Scene): void {
  pairWhereUnique(scene, scene.moved, ({ kind, name, properties }) => canonicalJson([kind, name, properties['type'] ?? null, properties['parameters'] ?? null, properties['code'] ?? null]));
  pairWhereUnique(scene, scene.renamed, ({ kind, properties }) => canonicalJson([kind, properties]));
}

function pairWhereUnique(scene: Scene, into: Pair[], signatureOf: (resource: Resource) => string): void {
  if (scene.added.length === 0 || scene.removed.length === 0) return;
  const gone = uniquely(scene.removed.filter((resource) => isMovable(resource, scene)), signatureOf);
  const fresh = uniquely(scene.added.filter((resource) => isMovable(resource, scene)), signatureOf);
  const paired = new Set<Resource>();
  for (const [signature, before] of gone) {
    const after = fresh.get(signature);
    if (before === null || after === null || after === undefined) continue;
    into.push({ before, after });
    paired.add(before).add(after);
  }
  scene.added = scene.added.filter((resource) => !paired.has(resource));
  scene.removed = scene.removed.filter((resource) => !paired.has(resource));
}

/** A step of a workflow that exists on both sides; drafts come and go by publishing. */
function isMovable(resource: Resource, scene: Scene): boolean {
  const { workflow, version } = resource.properties;
  return STEP_KINDS.includes(resource.kind) && version !== 'draft' && scene.workflowBefore(workflow) !== undefined && scene.workflowAfter(workflow) !== undefined;
}

/** null where a signature occurs twice: then nobody can tell which is which. */
function uniquely(resources: readonly Resource[], signatureOf: (resource: Resource) => string): Map<string, Resource | null> {
  const found = new Map<string, Resource | null>();
  for (const resource of resources) {
    const signature = signatureOf(resource);
    found.set(signature, found.has(signature) ? null : resource);
  }
  return found;
}
