/**
 * A step can differ without anybody having edited it: the connection it uses changed, the platform's sign-in, or what leads to
 * it. Owns finding the item that such a difference belongs to, so that one real change stays one item.
 */
import type { JsonValue, Resource } from '../model/resource.js';
import type { Component } from './components.js';
import { workflowKey, type ItemDraft, type Story } from './story.js';

const STEP_KINDS = ['step', 'entry-point', 'ai-step'];
/** Told first, as others follow from them. */
const CAUSE_KINDS = ['platform-settings', 'connector', 'credential-ref', 'workflow'];
/** The parts of a step that a person edits; everything else is read off them or off something else. */
const EDITED = /^(parameters|type|typeVersion|class|version|options|kind)\b/;
const FROM_PLATFORM: ReadonlySet<string> = new Set(['authentication', 'corsOrigins']);

export interface Causes {
  /** the item that explains the component, or undefined when none does */
  itemBehind(component: Component, step: Resource): ItemDraft | undefined;
}

export function causeRank(resource: Resource): number {
  const rank = CAUSE_KINDS.indexOf(resource.kind);
  return rank < 0 ? CAUSE_KINDS.length : rank;
}

/** True when nothing that a person edits on this step itself has changed. */
export function isFollower(component: Component, resource: Resource): boolean {
  if (!STEP_KINDS.includes(resource.kind) && resource.kind !== 'connector') return false;
  if (component.nativeEdits.some((edit) => EDITED.test(edit.path))) return false;
  return component.facets.every((facet) => !facet.native || (facet.property === 'credentials' && facet.class === 'configuration-changed'));
}

export function createCauses(story: Story): Causes {
  const byReference = referencedThings(story);
  return {
    itemBehind(component, step) {
      const properties = component.facets.map((facet) => facet.property);
      const ids = [...textLeaves(step.properties['parameters']), ...credentialRefs(step)];
      const things = ids.map((id) => byReference.get(id)).filter((thing) => thing !== undefined && thing !== step);
      const referenced = story.items.find((item) => things.includes(item.resource));
      if (referenced !== undefined) return referenced;
      if (properties.length > 0 && properties.every((property) => FROM_PLATFORM.has(property))) return story.items.find((item) => item.resource.kind === 'platform-settings');
      if (properties.length > 0 && properties.every((property) => property === 'untrustedInput')) return wayIn(story, step);
      return undefined;
    },
  };
}

/** Data from outside gets to a step, or no longer does, because a step or a connection before it came or went. */
function wayIn(story: Story, step: Resource): ItemDraft | undefined {
  const ways = story.items.filter((item) => item.class === 'wiring-changed' || item.change === 'added' || item.change === 'removed' || item.change === 'moved');
  const key = workflowKey(step);
  return ways.find((item) => item.resource.key === key || workflowKey(item.resource) === key) ?? ways.find((item) => item.resource.kind === 'workflow' || workflowKey(item.resource) !== '');
}

/** Changed connections and credentials by the ids that steps refer to them with. */
function referencedThings({ scene }: Story): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of [...scene.removed, ...scene.added, ...scene.changed.map((pair) => pair.after)]) {
    if (resource.kind !== 'connector' && resource.kind !== 'credential-ref') continue;
    for (const id of [resource.key, resource.key.split(/[/:#]/).at(-1)!]) found.set(id, resource);
  }
  return found;
}

function credentialRefs(step: Resource): string[] {
  const { credentials } = step.properties;
  return (Array.isArray(credentials) ? credentials : []).map((credential) => String((credential as { id?: JsonValue } | null)?.id));
}

function textLeaves(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textLeaves);
}
