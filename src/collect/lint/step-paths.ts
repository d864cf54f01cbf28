/**
 * Watches the steps of a connector's fixtures meet their rules: a path that finds nothing in any step reads as "nothing there" in
 * every scan. Owns which fields must find something, and which types nobody described. Pure.
 */
import type { JsonValue, Resource } from '../../model/resource.js';
import { compilePath, isObject } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';
import type { SeenStep } from '../manifest/step-rules.js';
import { pathsIn } from './mapping-rules.js';

/** Where nothing is found, checks see nothing and say nothing. Other fields are often left out by people, and then have a default. */
const MUST_FIND = ['credentials', 'authentication', 'path'] as const;

interface SeenType {
  /** by key: several sets may hold the same one */
  readonly steps: Set<string>;
  /** paths by field */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  hasEmptyCredential: boolean;
}

export interface StepWatch {
  /** the same connector, whose steps are looked at */
  readonly connector: Connector;
  /** what misleads, one line each */
  errors(): string[];
  /** null = every type of step is described */
  undescribed(): string | null;
}

function isFound(value: Value): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function fieldsOf({ rule: { written } }: SeenStep): Map<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  if (written.code !== undefined && written.code.length > 0) fields.set('code', written.code);
  // where a type has a host of its own, an address is the exception
  const wanted = written.class === 'http-request' && (written.hosts ?? []).length === 0 ? [...MUST_FIND, 'urls' as const] : MUST_FIND;
  for (const name of wanted) {
    const paths = pathsIn(written[name] as JsonValue | undefined).filter((path) => path !== '');
    if (paths.length > 0) fields.set(name, [...new Set(paths)]);
  }
  return fields;
}

function finds(field: string, path: string, { scope, parameters }: SeenStep): boolean {
  if (field === 'code') return isObject(parameters) && Object.hasOwn(parameters, path);
  return isFound(compilePath(path)(scope));
}

function hasEmptyCredential({ properties }: SeenStep): boolean {
  const list = properties['credentials'];
  return Array.isArray(list) && list.some((each) => isObject(each) && each['id'] === '' && each['name'] === '');
}

/** A path that finds something in a step of one type is right in another that leaves it out. */
const placeOf = (field: string, path: string): string => `${field} ${path}`;

function note(step: SeenStep, types: Map<string, SeenType>, found: Set<string>): void {
  const seen = types.get(step.type) ?? { steps: new Set<string>(), fields: fieldsOf(step), hasEmptyCredential: false };
  types.set(step.type, seen);
  seen.steps.add(step.key);
  seen.hasEmptyCredential ||= hasEmptyCredential(step);
  for (const [field, paths] of seen.fields) {
    for (const path of paths) if (!found.has(placeOf(field, path)) && finds(field, path, step)) found.add(placeOf(field, path));
  }
}

function wordsOf(type: string, field: string, paths: readonly string[]): string {
  const quoted = paths.map((path) => `\`${path}\``).join(', ');
  const why = field === 'code' ? 'its names are those of settings, looked up in `parameters` of the graph\'s step (`[source]`, not `[settings.source]`)' : 'paths start at the step';
  return `steps.yaml: types.${type}.${field}: ${quoted} ${paths.length === 1 ? 'is' : 'are'} in no step of this type in the fixtures, so nothing is ever read; ${why}. Correct it, or put a step that has it into a fixture`;
}

/** Most frequent first; `the rest` is a count. */
const MOST_NAMED = 12;

/** One line for people, null where every type is described. A gap of what the connector knows, no error. */
function undescribedWords(types: ReadonlyMap<string, number>): string | null {
  if (types.size === 0) return null;
  const steps = [...types.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...types].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([type]) => type);
  const more = sorted.length - MOST_NAMED;
  return `${steps} ${steps === 1 ? 'step' : 'steps'} of ${types.size} ${types.size === 1 ? 'type' : 'types'} ${steps === 1 ? 'is' : 'are'} not described, so few checks look at ${steps === 1 ? 'it' : 'them'}: ${sorted.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const STEP_KINDS = new Set<Resource['kind']>(['step', 'entry-point', 'ai-step']);

/** The same of resources; `connectors`: those that they came through. */
export function undescribedSteps(connectors: readonly Connector[], resources: readonly Resource[]): string | null {
  const types = new Map<string, number>();
  for (const { kind, properties: { type } } of resources) {
    if (!STEP_KINDS.has(kind) || typeof type !== 'string' || connectors.some(({ steps }) => steps.isDescribed(type))) continue;
    types.set(type, (types.get(type) ?? 0) + 1);
  }
  return undescribedWords(types);
}

export function watchSteps(connector: Connector): StepWatch {
  const [types, found] = [new Map<string, SeenType>(), new Set<string>()];
  const errorsOf = ([type, seen]: [string, SeenType]): string[] => [
    ...[...seen.fields].filter(([field, paths]) => !paths.some((path) => found.has(placeOf(field, path)))).map(([field, paths]) => wordsOf(type, field, paths)),
    ...(seen.hasEmptyCredential ? [`a step of type ${type} has a credential without id and name: \`credentials\` gives a list of { type, id, name }, and paths in it start at the step`] : []),
  ];
  return {
    connector: { ...connector, steps: { ...connector.steps, watch: (step) => note(step, types, found) } },
    errors: () => [...types].flatMap(errorsOf),
    undescribed: () => undescribedWords(new Map([...types].filter(([type]) => !connector.steps.isDescribed(type)).map(([type, { steps }]) => [type, steps.size]))),
  };
}

/** Trials change what they read: only the answers as they are tell something of the rules. */
export function unwatched(connector: Connector): Connector {
  return { ...connector, steps: { ...connector.steps, watch: undefined } };
}
