/**
 * Drift between two snapshots: few items that say what the changes mean. Owns the order of the telling: what explains comes
 * before what follows from it, so that one real change is one item.
 */
import type { DriftItem } from '../model/drift.js';
import type { Resource } from '../model/resource.js';
import { createScene, type SceneOptions } from './scene.js';
import { createStory, finish, isDraft, workflowKey } from './story.js';
import { tellChanges } from './tell-changes.js';
import { tellDrafts } from './tell-drafts.js';
import { tellMembers, tellWorkflows } from './tell-members.js';

/** `unreadTypesAfter`: kinds, or types of the completeness record, that were not fully read now; their absence is no removal. */
export type DiffOptions = SceneOptions;

export function diffSnapshots(before: readonly Resource[], after: readonly Resource[], options: DiffOptions = {}): DriftItem[] {
  const story = createStory(createScene(before, after, options));
  tellWorkflows(story);
  for (const resource of liveSteps([...story.scene.changed.map((pair) => pair.after), ...story.scene.added, ...story.scene.removed])) {
    story.liveChanged.add(workflowKey(resource));
  }
  tellDrafts(story);
  tellMembers(story);
  tellChanges(story);
  return finish(story);
}

function liveSteps(resources: readonly Resource[]): Resource[] {
  return resources.filter((resource) => workflowKey(resource) !== '' && !isDraft(resource));
}
