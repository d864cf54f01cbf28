/** Tells workflows and steps that came, went, moved or got another name. Owns folding a workflow's steps into its item. */
import type { DriftItem } from '../model/drift.js';
import type { Resource } from '../model/resource.js';
import { edgeChanges, explainedBySteps } from './wiring.js';
import type { Pair } from './scene.js';
import { mostExposed, type Exposure } from './severity.js';
import { exposureIn, isDraft, workflowKey, type ItemDraft, type Story } from './story.js';
import { CLASS_NOUNS } from './verbs.js';
import { lowerFirst, nounOf, quoted, sentenceOf, subjectOf, workflowNameOf } from './words.js';

type Came = 'added' | 'removed';

/** A workflow that came or went is one item, however many steps it has. */
export function tellWorkflows(story: Story): void {
  for (const change of ['added', 'removed'] as const) {
    const all = story.scene[change];
    const children = new Map<string, Resource[]>();
    for (const resource of all) if (workflowKey(resource) !== '') children.set(workflowKey(resource), [...(children.get(workflowKey(resource)) ?? []), resource]);
    for (const workflow of all.filter((resource) => resource.kind === 'workflow')) {
      const steps = children.get(workflow.key) ?? [];
      for (const resource of [workflow, ...steps]) story.told.add(resource);
      const exposure = mostExposed([exposureIn(story.scene, workflow), ...steps.map((step) => exposureIn(story.scene, step))]);
      story.items.push(comingOrGoing(workflow, change, { exposure, sentence: workflowSentence(workflow, change, steps.filter((step) => !isDraft(step))) }));
    }
  }
}

function workflowSentence(workflow: Resource, change: Came, steps: readonly Resource[]): string {
  const count = steps.length === 0 ? '' : `, with ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}${remarkable(steps)}`;
  return `${subjectOf(workflow)} was ${change}${count}.`;
}

/** The most telling kind of step among them: `, one of them an open webhook`. */
function remarkable(steps: readonly Resource[]): string {
  const kinds = [
    ...['webhook', 'form', 'chat', 'mcp'].map((stepClass) => ({ noun: `open ${lowerFirst(CLASS_NOUNS[stepClass] ?? stepClass)}`, is: (step: Resource) => isOpen(step) && step.properties['class'] === stepClass })),
    { noun: 'command step', is: (step: Resource) => step.properties['class'] === 'os-command' },
    { noun: 'code step', is: (step: Resource) => step.properties['class'] === 'code' },
  ];
  for (const { noun, is } of kinds) {
    const count = steps.filter(is).length;
    const article = /^[aeiou]/i.test(noun) ? 'an' : 'a';
    if (count === 1) return steps.length === 1 ? `, ${article} ${noun}` : `, one of them ${article} ${noun}`;
    if (count > 1) return `, ${count} of them ${noun}s`;
  }
  return '';
}

function isOpen(step: Resource): boolean {
  return step.kind === 'entry-point' && step.properties['authentication'] === 'none' && step.properties['public'] !== false;
}

/** Everything else that came or went, and steps that moved or got another name. */
export function tellMembers(story: Story): void {
  for (const { before, after } of story.scene.moved) {
    const from = quoted(workflowNameOf(before) ?? 'another workflow');
    pushPair(story, { before, after }, { change: 'moved', path: 'workflow', was: before.properties['workflow'] ?? null, is: after.properties['workflow'] ?? null, words: from });
  }
  for (const pair of story.scene.renamed) {
    pushPair(story, pair, { change: 'renamed', path: 'name', was: pair.before.name, is: pair.after.name, words: quoted(pair.before.name) });
  }
  for (const { before, after } of story.scene.changed) {
    if (workflowKey(after) === '' || workflowKey(before) === workflowKey(after)) continue;
    join(story, before);
    join(story, after);
  }
  for (const change of ['added', 'removed'] as const) {
    for (const resource of story.scene[change]) {
      if (story.told.has(resource)) continue;
      if (workflowKey(resource) !== '') join(story, resource);
      story.items.push(comingOrGoing(resource, change, { exposure: exposureIn(story.scene, resource), sentence: memberSentence(resource, change) }));
    }
  }
  foldWiring(story);
}

interface PairWords {
  change: 'moved' | 'renamed';
  path: string;
  was: ItemDraft['before'];
  is: ItemDraft['after'];
  words: string;
}

function pushPair(story: Story, { before, after }: Pair, { change, path, was, is, words }: PairWords): void {
  join(story, before);
  join(story, after);
  story.items.push({
    resource: after, change, class: change, path, before: was, after: is, edits: [{ path, before: was, after: is }], exposure: exposureIn(story.scene, after),
    sentence: sentenceOf({ class: change, resource: after, facet: null, nativeEdits: [], before: words }),
  });
}

function join(story: Story, step: Resource): void {
  const key = workflowKey(step);
  const members = story.membership.get(key) ?? new Set<string>();
  story.membership.set(key, members.add(step.key));
  if (!isDraft(step)) story.liveChanged.add(key);
}

function memberSentence(resource: Resource, change: Came): string {
  const workflow = workflowNameOf(resource);
  const noun = isOpen(resource) && change === 'added' ? `Open ${lowerFirst(nounOf(resource))}` : nounOf(resource);
  if (isDraft(resource)) {
    const name = quoted(workflow ?? 'a workflow');
    const thing = `${lowerFirst(noun)} ${quoted(resource.name)}`;
    return change === 'added' ? `The unpublished draft of ${name} adds ${thing}.` : `The unpublished draft of ${name} no longer changes ${thing}.`;
  }
  if (resource.kind === 'platform-settings') return `The settings of the platform were ${change}.`;
  const place = workflow === null ? '' : ` ${change === 'added' ? 'to' : 'from'} ${quoted(workflow)}`;
  return `${noun} ${quoted(resource.name)} was ${change}${place}${change === 'added' ? destination(resource) : ''}.`;
}

/** Where a new step sends to, because that is what a reader wants to know of it. */
function destination(resource: Resource): string {
  const hosts = resource.properties['hosts'];
  if (!Array.isArray(hosts) || hosts.length === 0) return '';
  return ` and talks to ${hosts.slice(0, NAMED_HOSTS).map(String).join(', ')}${hosts.length > NAMED_HOSTS ? ` and ${hosts.length - NAMED_HOSTS} more` : ''}`;
}

const NAMED_HOSTS = 3;

function comingOrGoing(resource: Resource, change: Came, { exposure, sentence }: { exposure: Exposure; sentence: string }): ItemDraft {
  return { resource, change, class: change satisfies DriftItem['class'], path: '', before: null, after: null, edits: [], sentence, exposure };
}

/** The connections that a step brought or took along are edits of its own item. */
function foldWiring(story: Story): void {
  for (const pair of story.scene.changed) {
    const members = pair.after.kind === 'workflow' ? story.membership.get(pair.after.key) : undefined;
    if (members === undefined) continue;
    const explained = explainedBySteps(edgeChanges(pair), members);
    for (const { from, to, edit } of explained) {
      const owner = story.items.find((item) => (item.resource.key === to || item.resource.key === from) && members.has(item.resource.key))
        ?? story.items.find((item) => members.has(item.resource.key) && workflowKey(item.resource) === pair.after.key);
      owner?.edits.push(edit);
    }
  }
}
