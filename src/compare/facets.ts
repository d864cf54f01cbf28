/**
 * Which property means what when it changes. Owns the table from property to semantic class, and the families by which several
 * properties are one fact (an address has hosts, encryption and a path). Does not own words or severity.
 */
import type { DriftClass } from '../model/drift.js';
import type { JsonValue, ResourceKind } from '../model/resource.js';
import { sameJson } from './leaf-edits.js';

export type Family = 'auth' | 'address' | 'tls' | 'secret' | 'code' | 'ai' | 'state' | 'owner' | 'scope' | 'errors' | 'input' | 'entry' | 'package' | 'place';

type Value = JsonValue | undefined;

interface FacetRule {
  family: Family;
  /** true when it is a fact of its own; false when it is derived from the native configuration, so that an edit there explains it */
  native: boolean;
  classify(before: Value, after: Value): DriftClass;
}

/** A property that changed, by its meaning. */
export interface Facet {
  property: string;
  family: Family;
  native: boolean;
  class: DriftClass;
  before: JsonValue | null;
  after: JsonValue | null;
}

const RULES: { readonly [property: string]: FacetRule } = {
  authentication: { family: 'auth', native: false, classify: classifyAuth },
  adminAuth: { family: 'auth', native: true, classify: classifyAuth },
  httpNodeAuth: { family: 'auth', native: true, classify: classifyAuth },
  mfaEnabled: { family: 'auth', native: true, classify: classifyAuth },
  credentials: { family: 'auth', native: true, classify: classifyCredentials },
  hosts: { family: 'address', native: false, classify: (before, after) => (added(before, after).length > 0 ? 'host-added' : 'host-removed') },
  dynamicHost: { family: 'address', native: false, classify: (_before, after) => (after === true ? 'host-added' : 'host-removed') },
  clearText: { family: 'address', native: false, classify: (_before, after) => (after === true ? 'clear-text' : 'tls-on') },
  tlsVerify: { family: 'tls', native: false, classify: (_before, after) => (after === false ? 'tls-off' : 'tls-on') },
  inlineSecrets: { family: 'secret', native: false, classify: classifySecrets },
  code: { family: 'code', native: true, classify: () => 'code-changed' },
  modules: { family: 'code', native: false, classify: () => 'code-changed' },
  ai: { family: 'ai', native: false, classify: () => 'model-changed' },
  enabled: { family: 'state', native: true, classify: (_before, after) => (after === false ? 'disabled' : 'enabled') },
  disabled: { family: 'state', native: true, classify: (_before, after) => (after === true ? 'disabled' : 'enabled') },
  archived: { family: 'state', native: true, classify: (_before, after) => (after === true ? 'disabled' : 'enabled') },
  published: { family: 'state', native: true, classify: (_before, after) => (after === true ? 'published' : 'disabled') },
  draftDiffers: { family: 'state', native: true, classify: () => 'configuration-changed' },
  owner: { family: 'owner', native: true, classify: () => 'owner-changed' },
  corsOrigins: { family: 'scope', native: false, classify: byWidth((value) => (value === '*' ? Infinity : value === 'none' ? 0 : size(value))) },
  public: { family: 'scope', native: false, classify: byWidth(flag) },
  callerPolicy: { family: 'scope', native: false, classify: byWidth((value) => ['none', 'workflowsFromSameOwner', 'workflowsFromAList', 'any'].indexOf(String(value))) },
  availableInMcp: { family: 'scope', native: false, classify: byWidth(flag) },
  permissions: { family: 'scope', native: true, classify: byMembers },
  scopes: { family: 'scope', native: true, classify: byMembers },
  sharedWith: { family: 'scope', native: true, classify: byMembers },
  administrator: { family: 'scope', native: true, classify: byWidth(flag) },
  isGlobal: { family: 'scope', native: true, classify: byWidth(flag) },
  onError: { family: 'errors', native: true, classify: (_before, after) => (after === 'continue' ? 'logging-reduced' : 'configuration-changed') },
  errorWorkflow: { family: 'errors', native: false, classify: (_before, after) => (after === null || after === undefined ? 'logging-reduced' : 'configuration-changed') },
  untrustedInput: { family: 'input', native: false, classify: () => 'configuration-changed' },
  path: { family: 'entry', native: false, classify: () => 'configuration-changed' },
  method: { family: 'entry', native: false, classify: () => 'configuration-changed' },
  workflow: { family: 'place', native: true, classify: () => 'moved' },
};

/** Some words mean something else on other kinds. */
const RULES_BY_KIND: { readonly [kind in ResourceKind]?: { readonly [property: string]: FacetRule } } = {
  'platform-settings': {
    httpNodeCors: { family: 'scope', native: true, classify: byWidth(openness) },
    httpAdminCors: { family: 'scope', native: true, classify: byWidth(openness) },
    uiHost: { family: 'place', native: true, classify: byWidth((value) => (value === 'UNSET' ? 1 : 0)) },
    paletteInstall: { family: 'package', native: true, classify: byWidth(flag) },
    communityPackages: { family: 'package', native: true, classify: byWidth(flag) },
    functionExternalModules: { family: 'code', native: true, classify: byWidth(flag) },
  },
  package: { version: { family: 'package', native: true, classify: () => 'package-changed' } },
};

/** Words in the path of a native edit that tell which family it explains. */
const HINTS: { readonly [family in Family]: RegExp } = {
  auth: /auth|credential|api_?key|token|passw|user|sign/i,
  address: /url|uri|host|broker|endpoint|server|port|protocol|address|usetls|domain|path/i,
  tls: /tls|ssl|unauthorized|verify|cert|insecure/i,
  secret: /secret|passw|token|key/i,
  code: /code|func|script|command|initialize|finalize|libs|module/i,
  ai: /model|provider/i,
  state: /active|enabled|disabled|publish|archiv|draft/i,
  owner: /owner|shared/i,
  scope: /origin|cors|public|caller|mcp|share|role|permission|scope/i,
  errors: /error|continue/i,
  input: /query|command|prompt|text|url|body|value|message|template|sql|file/i,
  entry: /path|method|url/i,
  package: /version/i,
  place: /workflow/i,
};

export function explains(family: Family, path: string): boolean {
  return HINTS[family].test(path);
}

export function hasRule(kind: ResourceKind, property: string): boolean {
  return ruleOf(kind, property) !== undefined;
}

/** The facet of one property, or null when it has no rule or did not change. */
export function facetOf(kind: ResourceKind, property: string, [before, after]: readonly [Value, Value]): Facet | null {
  const rule = ruleOf(kind, property);
  if (rule === undefined || sameJson(before, after)) return null;
  return { property, family: rule.family, native: rule.native, class: rule.classify(before, after), before: before ?? null, after: after ?? null };
}

function ruleOf(kind: ResourceKind, property: string): FacetRule | undefined {
  const own = RULES_BY_KIND[kind];
  if (own !== undefined && Object.hasOwn(own, property)) return own[property];
  return Object.hasOwn(RULES, property) ? RULES[property] : undefined;
}

/** Elements of `after` that `before` lacks. */
export function added(before: Value, after: Value): JsonValue[] {
  const known = Array.isArray(before) ? before : [];
  return (Array.isArray(after) ? after : []).filter((item) => !known.some((other) => sameJson(item, other)));
}

function classifyAuth(before: Value, after: Value): DriftClass {
  if (isOpen(after)) return isOpen(before) ? 'auth-changed' : 'auth-removed';
  return isOpen(before) ? 'auth-added' : 'auth-changed';
}

function isOpen(value: Value): boolean {
  return value === undefined || value === null || value === 'none' || value === 'UNSET' || value === false;
}

function classifyCredentials(before: Value, after: Value): DriftClass {
  const [left, right] = [credentialIds(before), credentialIds(after)];
  const gained = right.some((id) => !left.includes(id));
  const lost = left.some((id) => !right.includes(id));
  if (gained && lost) return 'credential-swapped';
  if (gained) return 'credential-added';
  return lost ? 'credential-removed' : 'configuration-changed';
}

export function credentialIds(value: Value): string[] {
  return (Array.isArray(value) ? value : []).map((item) => {
    const { type, id, name } = item as { type?: JsonValue; id?: JsonValue; name?: JsonValue };
    return `${String(type)}|${String(id === '' || id === undefined ? name : id)}`;
  });
}

function classifySecrets(before: Value, after: Value): DriftClass {
  const places = (value: Value): JsonValue[] => (Array.isArray(value) ? value : []).map((item) => (item as { path: JsonValue }).path);
  if (added(places(before), places(after)).length > 0) return 'secret-inline';
  return added(places(after), places(before)).length > 0 ? 'configuration-changed' : 'secret-rotated';
}

function byWidth(width: (value: Value) => number): FacetRule['classify'] {
  return (before, after) => (width(after) >= width(before) ? 'scope-widened' : 'scope-narrowed');
}

function flag(value: Value): number {
  return value === true ? 1 : 0;
}

/** CORS as Node-RED tells it: UNSET, SET, or what is allowed. */
function openness(value: Value): number {
  return value === 'UNSET' ? 0 : value === '*' ? Infinity : 1;
}

function byMembers(before: Value, after: Value): DriftClass {
  return added(before, after).length > 0 ? 'scope-widened' : 'scope-narrowed';
}

function size(value: Value): number {
  if (typeof value === 'string') return value.split(',').filter((part) => part.trim() !== '').length;
  return Array.isArray(value) ? value.length : 0;
}
