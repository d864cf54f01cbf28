/** Tells resources that exist on both sides and differ. Owns which differences another item already tells. */
import type { JsonValue } from '../model/resource.js';
import { causeRank, createCauses, isFollower } from './causes.js';
import { componentsOf, type Component } from './components.js';
import { credentialIds } from './facets.js';
import { edgeChanges, explainedBySteps, wiringInWords } from './wiring.js';
import { sameJson } from './leaf-edits.js';
import { isNameUntold, isUntold, type Pair } from './scene.js';
import { exposureIn, itemOf, type ItemDraft, type Story } from './story.js';
import { quoted, sentenceOf } from './words.js';

export function tellChanges(story: Story): void {
  const causes = createCauses(story);
  const pairs = [...story.scene.changed].sort((a, b) => causeRank(a.after) - causeRank(b.after) || (a.after.key < b.after.key ? -1 : 1));
  const followers: { pair: Pair; component: Component }[] = [];
  for (const pair of pairs) {
    if (pair.before.name !== pair.after.name && !isNameUntold(pair.after, story.scene)) tellRename(story, pair);
    if (pair.after.kind === 'workflow') tellWiring(story, pair);
    for (const component of componentsOf(pair.before, pair.after, toldElsewhere(story, pair))) {
      if (isFollower(component, pair.after)) followers.push({ pair, component });
      else story.items.push(itemOf(story.scene, pair.after, component));
    }
  }
  for (const { pair, component } of followers) tellFollower(story, { pair, component, item: causes.itemBehind(component, pair.after) });
}

function tellFollower(story: Story, { pair, component, item }: { pair: Pair; component: Component; item: ItemDraft | undefined }): void {
  if (item === undefined) story.items.push(itemOf(story.scene, pair.after, component));
  else item.edits.push(...component.edits.map((edit) => ({ ...edit, path: `${pair.after.name}: ${edit.path}` })));
}

function tellRename(story: Story, { before, after }: Pair): void {
  story.items.push({
    resource: after, change: 'renamed', class: 'renamed', path: 'name', before: before.name, after: after.name, exposure: exposureIn(story.scene, after),
    edits: [{ path: 'name', before: before.name, after: after.name }],
    sentence: sentenceOf({ class: 'renamed', resource: after, facet: null, nativeEdits: [], before: quoted(before.name) }),
  });
}

function tellWiring(story: Story, pair: Pair): void {
  if (sameJson(pair.before.properties['edges'], pair.after.properties['edges']) || isUntold(pair, 'edges', story.scene)) return;
  const changes = edgeChanges(pair);
  const explained = new Set(explainedBySteps(changes, story.membership.get(pair.after.key) ?? new Set()));
  const own = changes.filter((change) => !explained.has(change));
  if (own.length === 0 && changes.length > 0) return;
  const edits = own.map((change) => change.edit);
  story.items.push({
    resource: pair.after, change: 'changed', class: 'wiring-changed', path: 'edges', edits, exposure: exposureIn(story.scene, pair.after),
    before: present(edits.map((edit) => edit.before)), after: present(edits.map((edit) => edit.after)),
    sentence: sentenceOf({ class: 'wiring-changed', resource: pair.after, facet: null, nativeEdits: [], wiring: wiringInWords(own, stepNames(story)) }),
  });
}

function stepNames({ scene }: Story): (key: string) => string {
  const kinds = ['step', 'entry-point', 'ai-step'];
  return (key) => quoted(kinds.map((kind) => scene.after.get(`${kind}:${key}`)?.name).find((name) => name !== undefined) ?? 'a step');
}

function present(values: readonly (JsonValue | null)[]): JsonValue[] {
  return values.filter((value) => value !== null);
}

/** Properties that follow from something told by another item, or that could not be read. */
function toldElsewhere(story: Story, pair: Pair): Set<string> {
  const properties = new Set([...Object.keys(pair.before.properties), ...Object.keys(pair.after.properties)]);
  const told = new Set([...properties].filter((property) => isUntold(pair, property, story.scene)));
  for (const property of pair.after.kind === 'workflow' ? toldBySteps(story, pair) : toldByWorkflow(story, pair)) told.add(property);
  return told;
}

function toldBySteps(story: Story, { after }: Pair): string[] {
  const told = ['edges'];
  if (story.membership.has(after.key) || story.draftsTold.has(after.key)) told.push('stepCount');
  const byDraft = after.properties['draftDiffers'] === true ? story.draftsTold : story.liveChanged;
  return byDraft.has(after.key) ? [...told, 'draftDiffers'] : told;
}

function toldByWorkflow({ scene }: Story, { before, after }: Pair): string[] {
  const told: string[] = [];
  const parents = { before: scene.workflowBefore(before.properties['workflow']), after: scene.workflowAfter(after.properties['workflow']) };
  const isMoved = before.properties['workflow'] !== after.properties['workflow'];
  if (isMoved || (parents.before !== undefined && parents.after !== undefined && parents.before.name !== parents.after.name)) told.push('workflowName');
  const switched = parents.before?.properties['enabled'] !== parents.after?.properties['enabled'];
  if (switched && parents.after?.properties['enabled'] === after.properties['enabled']) told.push('enabled');
  const renamed = before.name !== after.name && sameJson(credentialIds(before.properties['credentials']), credentialIds(after.properties['credentials']));
  return renamed ? [...told, 'credentials'] : told;
}
