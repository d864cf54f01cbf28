/** Tells resources that exist on both sides and differ. Owns which differences another item already tells. */
import type { JsonValue, Resource } from '../model/resource.js';
import { componentsOf, type Component } from './components.js';
import { edgeChanges, explainedBySteps, wiringInWords } from './wiring.js';
import { sameJson } from './leaf-edits.js';
import type { Pair } from './scene.js';
import { exposureIn, itemOf, type Story } from './story.js';
import { quoted, sentenceOf } from './words.js';

/** Connections and credentials first: steps that only follow them are folded into their items. */
const CAUSES_FIRST = ['connector', 'credential-ref'];

export function tellChanges(story: Story): void {
  const rank = ({ after }: Pair): number => (CAUSES_FIRST.includes(after.kind) ? 0 : 1);
  const pairs = [...story.scene.changed].sort((a, b) => rank(a) - rank(b) || (a.after.key < b.after.key ? -1 : 1));
  const causes = causesOf(story);
  for (const pair of pairs) {
    const { before, after } = pair;
    if (before.name !== after.name) tellRename(story, pair);
    if (after.kind === 'workflow') tellWiring(story, pair);
    for (const component of componentsOf(before, after, toldElsewhere(story, pair))) {
      const cause = after.kind === 'connector' ? undefined : causeOf(component, pair, causes);
      const item = cause === undefined ? undefined : story.items.find((candidate) => candidate.resource === cause);
      if (item === undefined) story.items.push(itemOf(story.scene, after, component));
      else item.edits.push(...component.edits.map((edit) => ({ ...edit, path: `${after.name}: ${edit.path}` })));
    }
  }
}

function tellRename(story: Story, { before, after }: Pair): void {
  story.items.push({
    resource: after, change: 'renamed', class: 'renamed', path: 'name', before: before.name, after: after.name, exposure: exposureIn(story.scene, after),
    edits: [{ path: 'name', before: before.name, after: after.name }],
    sentence: sentenceOf({ class: 'renamed', resource: after, facet: null, nativeEdits: [], before: quoted(before.name) }),
  });
}

function tellWiring(story: Story, pair: Pair): void {
  if (sameJson(pair.before.properties['edges'], pair.after.properties['edges'])) return;
  const changes = edgeChanges(pair);
  const explained = new Set(explainedBySteps(changes, story.membership.get(pair.after.key) ?? new Set()));
  const own = changes.filter((change) => !explained.has(change));
  if (own.length === 0 && changes.length > 0) return;
  const edits = own.map((change) => change.edit);
  story.items.push({
    resource: pair.after, change: 'changed', class: 'wiring-changed', path: 'edges', edits, exposure: exposureIn(story.scene, pair.after),
    before: present(edits.map((edit) => edit.before)), after: present(edits.map((edit) => edit.after)),
    sentence: sentenceOf({ class: 'wiring-changed', resource: pair.after, facet: null, nativeEdits: [], wiring: wiringInWords(own) }),
  });
}

function present(values: readonly (JsonValue | null)[]): JsonValue[] {
  return values.filter((value) => value !== null);
}

/** Properties that follow from something told by another item. */
function toldElsewhere(story: Story, { before, after }: Pair): Set<string> {
  const told = new Set<string>();
  const { scene } = story;
  if (after.kind === 'workflow') {
    told.add('edges');
    if (story.membership.has(after.key) || story.draftsTold.has(after.key)) told.add('stepCount');
    const differs = after.properties['draftDiffers'];
    if (differs === true ? story.draftsTold.has(after.key) : story.liveChanged.has(after.key)) told.add('draftDiffers');
    return told;
  }
  const parents = [scene.workflowBefore(before.properties['workflow']), scene.workflowAfter(after.properties['workflow'])];
  const isMoved = before.properties['workflow'] !== after.properties['workflow'];
  const parentRenamed = parents[0] !== undefined && parents[1] !== undefined && parents[0].name !== parents[1].name;
  if (isMoved || parentRenamed) told.add('workflowName');
  return told;
}

/** Changed connections and credentials by the id that steps refer to them with. */
function causesOf({ scene }: Story): Map<string, Resource> {
  const causes = new Map<string, Resource>();
  for (const resource of [...scene.removed, ...scene.added, ...scene.changed.map((pair) => pair.after)]) {
    if (!CAUSES_FIRST.includes(resource.kind)) continue;
    for (const id of [resource.key, resource.key.split(/[/:#]/).at(-1)!]) causes.set(id, resource);
  }
  return causes;
}

/** The connection or credential that a step only follows, or undefined when the step itself was edited. */
function causeOf(component: Component, { after }: Pair, causes: ReadonlyMap<string, Resource>): Resource | undefined {
  if (causes.size === 0 || component.nativeEdits.length > 0) return undefined;
  if (component.facets.some((facet) => facet.native && facet.property !== 'credentials')) return undefined;
  const references = component.facets.some((facet) => facet.property === 'credentials')
    ? (Array.isArray(component.lead?.after) && component.class === 'configuration-changed' ? component.lead.after.map(idOf) : [])
    : textLeaves(after.properties['parameters']);
  return references.map((id) => causes.get(id)).find((cause) => cause !== undefined);
}

function idOf(credential: JsonValue): string {
  return String((credential as { id?: JsonValue } | null)?.id);
}

function textLeaves(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textLeaves);
}
