/** What the comparison has found so far. Owns the shape of an item until it is finished, and the fingerprint. */
import { sha256 } from '../model/canonical.js';
import type { DriftItem } from '../model/drift.js';
import type { JsonValue, Resource } from '../model/resource.js';
import { severityRank } from '../model/severity.js';
import type { Component } from './components.js';
import type { LeafEdit } from './leaf-edits.js';
import type { Scene } from './scene.js';
import { exposureOf, severityOf, type Exposure } from './severity.js';
import { quoted, sentenceOf } from './words.js';

/** Everything of an item that is not worked out from the rest. */
export interface ItemDraft {
  resource: Resource;
  change: DriftItem['change'];
  class: DriftItem['class'];
  path: string;
  before: JsonValue | null;
  after: JsonValue | null;
  edits: LeafEdit[];
  sentence: string;
  exposure: Exposure;
}

export interface Story {
  scene: Scene;
  items: ItemDraft[];
  /** resources of `added` and `removed` that another item tells */
  told: Set<Resource>;
  /** keys of steps that came, went, moved or got a new key, by the key of their workflow */
  membership: Map<string, Set<string>>;
  /** workflows whose new draft is told by the items of its steps */
  draftsTold: Set<string>;
  /** workflows whose live steps differ */
  liveChanged: Set<string>;
}

export function createStory(scene: Scene): Story {
  return { scene, items: [], told: new Set(), membership: new Map(), draftsTold: new Set(), liveChanged: new Set() };
}

export function workflowKey(resource: Resource): string {
  const { workflow } = resource.properties;
  return typeof workflow === 'string' ? workflow : '';
}

export function isDraft(resource: Resource): boolean {
  return resource.properties['version'] === 'draft';
}

export function liveKeyOf(draft: Resource): string {
  return draft.key.replace(/@draft$/, '');
}

/** The exposure of a resource as it is now, or as it was when it is gone. */
export function exposureIn(scene: Scene, resource: Resource): Exposure {
  const key = resource.properties['workflow'];
  return exposureOf(resource, scene.workflowAfter(key) ?? scene.workflowBefore(key));
}

export function itemOf(scene: Scene, resource: Resource, component: Component): ItemDraft {
  const { lead, facets, edits, nativeEdits } = component;
  return {
    resource, change: component.class === 'moved' ? 'moved' : 'changed', class: component.class, edits,
    path: lead?.property ?? (nativeEdits.length === 1 ? nativeEdits[0]!.path : commonPath(nativeEdits)),
    before: lead === null ? single(nativeEdits, 'before') : lead.before,
    after: lead === null ? single(nativeEdits, 'after') : lead.after,
    sentence: sentenceOf({ class: component.class, resource, facet: lead, nativeEdits, ...asideOf(component, facets), ...oldPlace(scene, component) }),
    exposure: exposureIn(scene, resource),
  };
}

/** A moved step came from a workflow that people know by its name. */
function oldPlace(scene: Scene, { class: driftClass, lead }: Component): { before?: string } {
  if (driftClass !== 'moved') return {};
  return { before: quoted(scene.workflowBefore(lead?.before ?? undefined)?.name ?? 'another workflow') };
}

/** What else an officer should know of the same change. */
function asideOf(component: Component, facets: Component['facets']): { aside?: string } {
  const asides: string[] = [];
  if (component.class !== 'clear-text' && facets.some((facet) => facet.property === 'clearText' && facet.after === true)) asides.push('the connection is not encrypted');
  if (component.class !== 'code-changed' && facets.some((facet) => facet.property === 'code')) asides.push('its code changed too');
  return asides.length === 0 ? {} : { aside: asides.join(', and ') };
}

function single(edits: readonly LeafEdit[], side: 'before' | 'after'): JsonValue | null {
  return edits.length === 1 ? edits[0]![side] : null;
}

/** The longest leading part that all paths share. */
function commonPath(edits: readonly LeafEdit[]): string {
  const [first, ...others] = edits.map((edit) => edit.path.split('.'));
  if (first === undefined) return '';
  const length = first.findIndex((part, index) => !others.every((path) => path[index] === part));
  return first.slice(0, length < 0 ? first.length : length).join('.');
}

/** Sorted by severity, then by resource and class. The fingerprint leaves the values out, so that decisions stick. */
export function finish(story: Story): DriftItem[] {
  const items = story.items.map(({ resource, exposure, ...item }): DriftItem => ({
    fingerprint: sha256(`${resource.kind}|${resource.key}|${item.change}|${item.class}`),
    resource: { kind: resource.kind, key: resource.key, name: resource.name },
    ...item,
    severity: severityOf(item.class, exposure),
  }));
  return items.sort(inOrder);
}



function inOrder(a: DriftItem, b: DriftItem): number {
  const bySeverity = severityRank(a.severity) - severityRank(b.severity);
  if (bySeverity !== 0) return bySeverity;
  const [left, right] = [a, b].map((item) => `${item.resource.kind}\n${item.resource.key}\n${item.change}\n${item.class}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}
