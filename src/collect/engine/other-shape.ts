/** Says of an answer in which no list was found what was looked for and what is there. Owns these words; shows names of fields, never a value. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { ResourceRule } from '../manifest/resource-schema.js';

const MOST_NAMES = 12;
const LONGEST_NAME = 40;

/** Names as platforms give fields; a map's keys may be anything, also secrets. */
function namesOf(value: object): string {
  const names = Object.keys(value);
  const shown = names.filter((name) => /^@?[A-Za-z_$][\w.$-]*$/.test(name) && name.length <= LONGEST_NAME && !/\d{4}/.test(name)).slice(0, MOST_NAMES);
  if (names.length === 0) return 'an empty object';
  if (shown.length === 0) return `an object with ${names.length} members`;
  return `an object with ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

function described(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return isObject(value) ? namesOf(value) : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

function expectedOf({ items, single }: Pick<ResourceRule, 'items' | 'single'>): string {
  const what = single ? 'one object' : 'a list';
  if (items === undefined) return single ? `${what} as the whole answer` : `${what} as the whole answer (name where it stands in \`items\`)`;
  return `${what} at ${typeof items === 'string' ? items : 'the place that `items` names'}`;
}

export function otherShape(rule: Pick<ResourceRule, 'items' | 'single'>, body: JsonValue, facts: { readonly host: string; readonly request: string }): PlumblineError {
  return new PlumblineError('PLB-COLLECT-005', `The answer of ${facts.host} to ${facts.request} has another shape than expected: looked for ${expectedOf(rule)}, found ${described(body)}.`, { host: facts.host, request: facts.request });
}
