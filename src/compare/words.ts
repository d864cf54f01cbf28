/**
 * Drift in one sentence for people: subject, verb of its class, object. Owns how names and values read; the verbs are data
 * (verbs.ts). A secret is never printed, and no path of the JSON is.
 */
import type { DriftClass } from '../model/drift.js';
import type { JsonValue, Resource } from '../model/resource.js';
import { added, type Facet } from './facets.js';
import type { LeafEdit } from './leaf-edits.js';
import { AUTHENTICATION_WORDS, CALLER_WORDS, CLASS_NOUNS, KIND_NOUNS, VERBS, type Verb } from './verbs.js';

const SHOWN = 3;
const LONGEST = 60;
const SECRET_NAME = /passw|secret|token|api_?key|credential/i;

/** Everything a sentence may need. `nativeEdits` are the changed settings; `facet` carries the meaning, where there is one. */
export interface Telling {
  class: DriftClass;
  resource: Resource;
  facet: Facet | null;
  nativeEdits: readonly LeafEdit[];
  /** words for {before} that no facet carries: an old name, an old place */
  before?: string;
  wiring?: string;
  /** more that belongs to the same change, e.g. `its code changed too` */
  aside?: string;
}

export function quoted(name: string): string {
  return `“${shorten(name)}”`;
}

/** `Webhook “orders” in “Public order intake”`. */
export function subjectOf(resource: Resource): string {
  if (resource.kind === 'platform-settings') return KIND_NOUNS['platform-settings'];
  const workflow = workflowNameOf(resource);
  return `${nounOf(resource)} ${quoted(resource.name)}${workflow === null ? '' : ` in ${quoted(workflow)}`}`;
}

export function nounOf(resource: Resource): string {
  const stepClass = resource.properties['class'];
  const noun = typeof stepClass === 'string' && resource.kind !== 'connector' ? CLASS_NOUNS[stepClass] : undefined;
  return noun ?? KIND_NOUNS[resource.kind];
}

export function workflowNameOf(resource: Resource): string | null {
  const name = resource.properties['workflowName'];
  return typeof name === 'string' && name !== '' ? name : null;
}

export function sentenceOf(telling: Telling): string {
  const verb = verbOf(telling) + (telling.aside === undefined ? '' : `; ${telling.aside}`);
  const { resource } = telling;
  if (resource.properties['version'] !== 'draft') return `${subjectOf(resource)} ${verb}.`;
  return `The unpublished draft of ${quoted(workflowNameOf(resource) ?? 'a workflow')} changes ${lowerFirst(nounOf(resource))} ${quoted(resource.name)}: it ${verb}.`;
}

function verbOf(telling: Telling): string {
  const { facet, resource } = telling;
  const gained = facet === null ? [] : added(facet.before, facet.after);
  const lost = facet === null ? [] : added(facet.after, facet.before);
  const verb = VERBS[telling.class].find((candidate) => fits(candidate, { facet, resource, gained, lost })) ?? { words: 'changed' };
  const property = facet?.property ?? '';
  const fill: { [name: string]: () => string } = {
    before: () => telling.before ?? inWords(property, facet?.before ?? null),
    after: () => inWords(property, facet?.after ?? null),
    added: () => listInWords(property, gained),
    removed: () => listInWords(property, lost),
    hosts: () => hostsInWords(resource),
    settings: () => settingsInWords(telling.nativeEdits),
    wiring: () => telling.wiring ?? '',
  };
  return verb.words.replace(/\{(\w+)\}/g, (_all, name: string) => fill[name]?.() ?? '');
}

function fits(verb: Verb, { facet, resource, gained, lost }: { facet: Facet | null; resource: Resource; gained: unknown[]; lost: unknown[] }): boolean {
  if (verb.property !== undefined && verb.property !== facet?.property) return false;
  if (verb.kinds !== undefined && !verb.kinds.includes(resource.kind)) return false;
  if (verb.after !== undefined && verb.after !== (facet?.after ?? null)) return false;
  if (verb.before === null && (facet?.before ?? null) !== null) return false;
  if (verb.stepClass !== undefined && verb.stepClass !== resource.properties['class']) return false;
  if (verb.when === 'swap') return gained.length > 0 && lost.length > 0;
  if (verb.when === 'more') return Array.isArray(facet?.before) && facet.before.length > 0;
  return true;
}

function inWords(property: string, value: JsonValue): string {
  if (property === 'authentication') return AUTHENTICATION_WORDS[String(value)] ?? `a sign-in of the kind ${String(value)}`;
  if (property === 'callerPolicy') return CALLER_WORDS[String(value)] ?? String(value);
  if (property === 'corsOrigins') return value === '*' ? 'any origin' : value === null || value === 'none' ? 'no other origin' : String(value);
  if (property === 'ai') return modelInWords(value);
  if (Array.isArray(value)) return listInWords(property, value);
  if (value === null || value === '') return 'nobody';
  return typeof value === 'object' ? nameIn(value) : quoted(String(value));
}

function modelInWords(value: JsonValue): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no model';
  const { provider, model } = value;
  return typeof model === 'string' ? `${quoted(model)} of ${String(provider)}` : `a model of ${String(provider)}`;
}

function listInWords(property: string, values: readonly JsonValue[]): string {
  const words = [...new Set(values.map((value) => (property === 'hosts' ? String(value) : wordOf(value))))];
  if (words.length === 0) return 'nothing';
  return joinWords(words);
}

function wordOf(value: JsonValue): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return nameIn(value);
  return value === '*' ? 'everybody' : quoted(String(value));
}

/** A credential by its name, an inline secret by its kind. */
function nameIn(value: { [key: string]: JsonValue }): string {
  if (typeof value['name'] === 'string') return quoted(value['name']);
  if (typeof value['kind'] === 'string') return value['kind'].replaceAll('-', ' ');
  return 'another value';
}

function hostsInWords(resource: Resource): string {
  const { hosts } = resource.properties;
  return Array.isArray(hosts) && hosts.length > 0 ? joinWords(hosts.map(String)) : 'the other side';
}

/** Names of the changed settings; a single short value is shown with what it was. */
export function settingsInWords(edits: readonly LeafEdit[]): string {
  const [only] = edits;
  if (edits.length === 1 && only !== undefined) {
    const name = settingName(only.path);
    return isPlain(only.before) && isPlain(only.after) && !SECRET_NAME.test(only.path) ? `${name} from ${plain(only.before)} to ${plain(only.after)}` : name;
  }
  return joinWords([...new Set(edits.map((edit) => settingName(edit.path)))]);
}

/** `parameters.options.fullResponse` reads “full response”, `env[STAGE].value` reads “STAGE”. */
function settingName(path: string): string {
  const segments = path.split('.').filter((segment) => segment !== '');
  const last = segments.at(-1) ?? 'configuration';
  const telling = /^(value|parameters|values)$/.test(last) ? (segments.at(-2) ?? last) : last;
  const named = /\[([^\]]*[^\]\d][^\]]*)\]$/.exec(telling)?.[1];
  if (named !== undefined && named !== 'order') return quoted(named);
  return quoted(telling.replace(/\[[^\]]*\]/g, '').replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase());
}

function isPlain(value: JsonValue | null): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 40 && !value.includes('\n'));
}

function plain(value: JsonValue | null): string {
  if (value === null || value === '') return 'empty';
  return typeof value === 'string' ? quoted(value) : String(value);
}

export function joinWords(words: readonly string[]): string {
  if (words.length > SHOWN) return `${words.slice(0, SHOWN).join(', ')} and ${words.length - SHOWN} more`;
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function lowerFirst(words: string): string {
  return /^[A-Z]{2}/.test(words) ? words : words.charAt(0).toLowerCase() + words.slice(1);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
