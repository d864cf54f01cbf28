/** Fills the message of a check. Owns how values read inside a sentence. */
import type { JsonValue, Resource } from '../model/resource.js';

const SHOWN = 4;

/**
 * `{name}` is the resource's name and `{place}` says in which workflow it is, if in any; every other word in braces is one of its
 * properties, `ai.provider` by its path. `{hosts|its broker}` says what to write when the property is not there.
 */
export function fillMessage(template: string, resource: Resource): string {
  return template.replace(/\{([\w.]+)(?:\|([^{}]*))?\}/g, (_all, path: string, otherwise: string | undefined) => {
    if (path === 'name') return resource.name;
    if (path === 'place') return placeOf(resource);
    const value = valueAt(resource.properties, path.split('.'));
    return (value === undefined || value === null) && otherwise !== undefined ? otherwise : inWords(value);
  });
}

function placeOf(resource: Resource): string {
  const { workflowName, version } = resource.properties;
  if (typeof workflowName !== 'string' || workflowName === '') return '';
  return version === 'draft' ? ` in the unpublished draft of “${workflowName}”` : ` in “${workflowName}”`;
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let at = value;
  for (const part of path) {
    if (at === null || typeof at !== 'object' || Array.isArray(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}

function inWords(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'not told';
  if (Array.isArray(value)) return listInWords(value);
  if (typeof value === 'object') return nameOf(value);
  return String(value);
}

function listInWords(values: readonly JsonValue[]): string {
  const words = [...new Set(values.map(inWords))];
  const shown = words.slice(0, SHOWN).join(', ');
  return words.length > SHOWN ? `${shown} and ${words.length - SHOWN} more` : shown;
}

/** A credential reads by its name, an inline secret by where it stands. */
function nameOf(value: { [key: string]: JsonValue }): string {
  const { name, kind, path } = value;
  if (typeof name === 'string') return name;
  if (typeof kind === 'string') return typeof path === 'string' ? `${kind} at ${path}` : kind;
  return 'set';
}
