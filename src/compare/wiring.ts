/** Connections between the steps of a workflow. Owns which connection changes belong to a step that came or went. */
import type { JsonValue, Resource } from '../model/resource.js';
import { canonicalJson } from '../model/canonical.js';
import type { LeafEdit } from './leaf-edits.js';
import type { Pair } from './scene.js';

interface EdgeChange {
  from: string;
  to: string;
  edit: LeafEdit;
}

/** Edges that only one side has, as edits of `edges`. */
export function edgeChanges({ before, after }: Pair): EdgeChange[] {
  const left = edgesOf(before);
  const right = edgesOf(after);
  const changes: EdgeChange[] = [];
  for (const [text, edge] of left) if (!right.has(text)) changes.push({ ...ends(edge), edit: { path: 'edges', before: edge, after: null } });
  for (const [text, edge] of right) if (!left.has(text)) changes.push({ ...ends(edge), edit: { path: 'edges', before: null, after: edge } });
  return changes;
}

/**
 * The changes that steps which came or went explain: those that touch one, and those between two neighbours of one (a step
 * put between two others takes their direct connection away).
 */
export function explainedBySteps(changes: readonly EdgeChange[], steps: ReadonlySet<string>): EdgeChange[] {
  const touching = changes.filter((change) => steps.has(change.from) || steps.has(change.to));
  const near = new Set(touching.flatMap((change) => [change.from, change.to]));
  return changes.filter((change) => near.has(change.from) && near.has(change.to));
}

/** One or two changes are told by the names of their steps, more by their number. */
export function wiringInWords(changes: readonly EdgeChange[], nameOf: (key: string) => string): string {
  if (changes.length > 0 && changes.length <= 2) {
    return changes.map(({ from, to, edit }) => `${nameOf(from)} ${edit.before === null ? 'now leads to' : 'no longer leads to'} ${nameOf(to)}`).join(', and ');
  }
  const gained = changes.filter((change) => change.edit.before === null).length;
  const lost = changes.length - gained;
  const parts = [count(gained, 'new connection'), count(lost, 'connection', 'taken away')].filter((part) => part !== '');
  return parts.length === 0 ? 'the order of its connections' : parts.join(', ');
}

function count(number: number, noun: string, tail = ''): string {
  if (number === 0) return '';
  return `${number} ${noun}${number === 1 ? '' : 's'}${tail === '' ? '' : ` ${tail}`}`;
}

function edgesOf(workflow: Resource): Map<string, JsonValue> {
  const { edges } = workflow.properties;
  return new Map((Array.isArray(edges) ? edges : []).map((edge) => [canonicalJson(edge), edge]));
}

function ends(edge: JsonValue): { from: string; to: string } {
  const { from, to } = edge as { from?: JsonValue; to?: JsonValue };
  return { from: String(from), to: String(to) };
}
