/** Tells unpublished versions. A draft step that appears is compared with the live step beside it, not told as a new step. */
import type { Resource } from '../model/resource.js';
import { componentsOf } from './components.js';
import { itemOf, isDraft, liveKeyOf, workflowKey, type Story } from './story.js';
import { quoted, sentenceOf } from './words.js';

const STEP_KINDS = ['step', 'entry-point', 'ai-step'];
/** What differs between a live step and its draft by nature. */
const BY_NATURE: ReadonlySet<string> = new Set(['version']);

export function tellDrafts(story: Story): void {
  for (const draft of story.scene.added) {
    if (story.told.has(draft) || !isDraft(draft)) continue;
    story.draftsTold.add(workflowKey(draft));
    const live = liveOf(draft, story);
    if (live !== undefined && tellDifference({ live, draft }, story)) story.told.add(draft);
  }
  for (const draft of story.scene.removed) {
    if (!story.told.has(draft) && isDraft(draft) && endIsTold(draft, story)) story.told.add(draft);
  }
}

function liveOf(draft: Resource, story: Story): Resource | undefined {
  const key = liveKeyOf(draft);
  if (key === draft.key) return undefined;
  return STEP_KINDS.map((kind) => story.scene.after.get(`${kind}:${key}`)).find((resource) => resource !== undefined);
}

function tellDifference({ live, draft }: { live: Resource; draft: Resource }, story: Story): boolean {
  const items = componentsOf(live, draft, BY_NATURE).map((component) => itemOf(story.scene, draft, component));
  if (live.name !== draft.name) {
    items.push({
      resource: draft, change: 'renamed', class: 'renamed', path: 'name', before: live.name, after: draft.name, exposure: 'dormant',
      edits: [{ path: 'name', before: live.name, after: draft.name }],
      sentence: sentenceOf({ class: 'renamed', resource: draft, facet: null, nativeEdits: [], before: quoted(live.name) }),
    });
  }
  story.items.push(...items);
  return items.length > 0;
}

/** A draft ends by being published or discarded: its live step, or its workflow, tells that. */
function endIsTold(draft: Resource, story: Story): boolean {
  const key = workflowKey(draft);
  return story.liveChanged.has(key) || story.scene.changed.some(({ before, after }) => {
    if (after.kind !== 'workflow' || after.key !== key) return false;
    return before.properties['draftDiffers'] !== after.properties['draftDiffers'];
  });
}
