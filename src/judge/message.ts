/** Fills the message of a check. Owns how values read inside a sentence. */
import type { JsonValue, Resource } from '../model/resource.js';

const SHOWN = 4;

/** `{name}` is the resource's name; every other word in braces is one of its properties, `ai.provider` by its path. */
export function fillMessage(template: string, resource: Resource): string {
  return template.replace(/\{([\w.]+)\}/g, (_all, path: string) => {
    if (path === 'name') return resource.name;
    return inWords(valueAt(resource.properties, path.split('.')));
  });
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
