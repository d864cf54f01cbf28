/**
 * The common model that every platform is mapped into. Owns: resource kinds, the property vocabulary that checks and
 * drift rely on, and locations. Does not own: how a platform is read (src/collect) or judged (src/judge).
 */
import { z } from 'zod';

export const RESOURCE_KINDS = [
  'platform-settings', 'workflow', 'step', 'entry-point', 'ai-step', 'connector', 'credential-ref', 'role', 'grant', 'user', 'group',
  'environment', 'data-store', 'package', 'audit-event', 'run-stats',
] as const;
export const ResourceKind = z.enum(RESOURCE_KINDS);
export type ResourceKind = z.infer<typeof ResourceKind>;

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export const JsonValue: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;

/** Where a person finds the thing: `file` for exports, `workflow` and `step` by their visible names. */
export const Location = z.object({
  file: z.string().nullable(),
  workflow: z.string().nullable(),
  step: z.string().nullable(),
});
export type Location = z.infer<typeof Location>;

/** What stands where a secret stood. `fingerprint` is a keyed hash: it shows a rotation, and never the value. */
export const RedactedSecret = z.object({
  redacted: z.literal(true),
  kind: z.string(),
  fingerprint: z.string(),
});
export type RedactedSecret = z.infer<typeof RedactedSecret>;

/**
 * One thing on a platform. A native node is exactly ONE resource: `entry-point` when the outside can start it (webhook,
 * form, chat), `ai-step` when it calls a model, otherwise `step`.
 *
 * `key` is stable across scans and unique within a platform and kind. `properties` is normalised and redacted.
 */
export const Resource = z.object({
  kind: ResourceKind,
  key: z.string().min(1),
  name: z.string(),
  properties: z.record(z.string(), JsonValue),
  location: Location,
  evidence: z.object({ request: z.string(), pageHash: z.string(), path: z.string() }),
});
export type Resource = z.infer<typeof Resource>;

/** `<kind>:<key>`: the identity of a resource within a snapshot. */
export function resourceId(resource: Pick<Resource, 'kind' | 'key'>): string {
  return `${resource.kind}:${resource.key}`;
}

/** What a step does, independent of the platform. Packs map native types to these (packs/connectors/<id>/steps.yaml). */
export const STEP_CLASSES = [
  'http-request', 'webhook', 'form', 'chat', 'schedule', 'manual', 'event', 'code', 'os-command', 'database', 'file', 'message-queue',
  'mail', 'ai-model', 'ai-agent', 'ai-tool', 'mcp', 'saas', 'response', 'error-trigger', 'subworkflow', 'transform', 'logic', 'debug', 'other',
] as const;
export const StepClass = z.enum(STEP_CLASSES);
export type StepClass = z.infer<typeof StepClass>;

/**
 * The property vocabulary of step, entry-point and ai-step. All are optional but `type`, `class`, `enabled`, `workflow`,
 * `workflowName` and `parameters`. Everything but `parameters` (and `code`) is DERIVED from the native configuration:
 * the comparison shows a derived property by its meaning and folds the parameter edits behind it into the same item.
 */
export interface StepProperties {
  /** native type, e.g. `n8n-nodes-base.httpRequest`, `http request` */
  type: string;
  /** native type version, where the platform has one */
  typeVersion?: string;
  class: StepClass;
  enabled: boolean;
  /** key and name of the workflow resource it belongs to */
  workflow: string;
  workflowName: string;
  /** `live` = the version that runs (or the only one); `draft` = differs from the live one and does not run yet */
  version: 'live' | 'draft';
  /** external host names in lower case, sorted, unique; templated hosts are left out and counted in `dynamicHost` */
  hosts?: string[];
  /** true when a host is computed at run time and cannot be read from the configuration */
  dynamicHost?: boolean;
  /** true when any address is http:, ws:, mqtt: ... to a host that is not loopback */
  clearText?: boolean;
  /** false when certificate checks are off; absent when the step has no TLS setting */
  tlsVerify?: boolean;
  /** how a caller (entry-point) or this step (request) signs in: none, basic, header, bearer, jwt, oauth2, digest, ... */
  authentication?: string;
  /** references only; never values */
  credentials?: { type: string; id: string; name: string }[];
  /** where a literal secret stands in the configuration; the value is redacted */
  inlineSecrets?: { path: string; kind: string; fingerprint: string }[];
  /** redacted source text of a code step or shell command */
  code?: string;
  /** modules that the code loads (require, import, libs) */
  modules?: string[];
  ai?: { provider: string; model: string | null };
  /** http path or method of an entry point, form or chat visibility */
  path?: string;
  method?: string;
  public?: boolean;
  /** allowed CORS origins of an entry point, `*` for any */
  corsOrigins?: string;
  /** true when an expression takes caller data into a query, command or prompt */
  untrustedInput?: boolean;
  /** what happens on an error: stop, continue, or route to an error path */
  onError?: string;
  /** the rest of the native configuration, redacted, without volatile and cosmetic fields */
  parameters: JsonValue;
}

/**
 * The property vocabulary of workflow. `edges` are sorted. `versions` of n8n: `published` tells whether a live version
 * exists, `draftDiffers` whether the draft differs from it.
 */
export interface WorkflowProperties {
  enabled: boolean;
  published?: boolean;
  draftDiffers?: boolean;
  archived?: boolean;
  tags?: string[];
  owner?: string | null;
  description?: string;
  /** id of the workflow that runs on an error, or null */
  errorWorkflow?: string | null;
  /** step keys, native output name and index */
  edges?: { from: string; to: string; type: string; output: number; input: number }[];
  stepCount: number;
  /** who may call it as a sub-workflow; whether it is offered over MCP; which runs are kept */
  callerPolicy?: string;
  availableInMcp?: boolean;
  settings?: JsonValue;
}

/**
 * The property vocabulary of platform-settings, as the built-in connectors fill it: one resource per platform. What a platform
 * keeps to itself is absent or `unknown`: checks then say could-not-verify, never pass. `SET` and `UNSET` are Node-RED's words.
 */
export interface PlatformSettingsProperties {
  version?: string;
  /** Node-RED: sign-in of the editor, sign-in and CORS of all HTTP entry points, address that the editor listens on */
  adminAuth?: string;
  httpNodeAuth?: string;
  httpNodeCors?: string;
  uiHost?: string;
  /** how stored credentials are encrypted: by a key of the operator's (`user`), one generated beside them (`system`), not at all */
  credentialEncryption?: string;
  /** people may install packages from the editor (Node-RED, n8n); code may load modules from the registry */
  paletteInstall?: boolean;
  communityPackages?: boolean;
  functionExternalModules?: boolean;
  telemetry?: boolean;
  [name: string]: JsonValue | undefined;
}

/** `administrator`: may manage the whole platform. `mfaEnabled` is absent when the platform does not tell. Last use is no property: see run-stats. */
export interface UserProperties {
  role?: string;
  administrator?: boolean;
  pending?: boolean;
  /** false when the account is switched off */
  active?: boolean;
  /** true when the account is switched off or locked; follows from `active: false` where a connector tells only that */
  disabled?: boolean;
  mfaEnabled?: boolean;
  /** signs in by the company's sign-in */
  sso?: boolean;
  /** guest, external collaborator: no member of the organisation */
  external?: boolean;
  /** no person: an integration, a service account, an API client */
  service?: boolean;
}

/** `scopes`: rights by the platform's own names, sorted. `administrator`: may manage the whole platform. */
export interface RoleProperties {
  scopes?: string[];
  administrator?: boolean;
  builtIn?: boolean;
}

/** Who may do what with what. `subject` and `object` are keys of other resources, or names the platform uses (`everyone`). */
export interface GrantProperties {
  subject: string;
  subjectKind: 'user' | 'group' | 'role' | 'service' | 'everyone' | 'public-link';
  object: string;
  objectKind: string;
  /** the platform's own word: owner, edit, use, CanView */
  level: string;
  /** from which resource it comes, where it is inherited */
  through?: string;
}

/** Teams, groups, projects. `memberCount` only where the members themselves are not read. */
export interface GroupProperties {
  type?: string;
  members?: string[];
  memberCount?: number;
}

/** A connector that is installed, allowed or custom-made: a way to a system. `group`: its class in a data-loss-prevention policy. */
export interface ConnectorProperties {
  type: string;
  hosts?: string[];
  custom?: boolean;
  enabled?: boolean;
  authentication?: string;
  group?: string;
}

/** Environments, workspaces, variables. `purpose`: production, development, test, sandbox, trial, default. */
export interface EnvironmentProperties {
  type?: string;
  purpose?: string;
  region?: string;
  isDefault?: boolean;
}

/** Tables, bases, stores. `public`: readable without an account. */
export interface DataStoreProperties {
  type: string;
  hosts?: string[];
  public?: boolean;
  owner?: string | null;
}

/** `builtIn` is true when it is part of the platform itself; absent counts as a community package. */
export interface PackageProperties {
  version?: string;
  builtIn?: boolean;
  enabled?: boolean;
  types?: string[];
  /** checksum, where the platform tells one */
  integrity?: string;
}

/** A stored credential, never its value. `isGlobal`: everybody on the platform may use it. `sharedWith`: names or keys, sorted. */
export interface CredentialProperties {
  type: string;
  owner?: string | null;
  isGlobal?: boolean;
  sharedWith?: string[];
  hosts?: string[];
  /** false when the platform says that it no longer works */
  valid?: boolean;
  expiresAt?: string;
}

/** Kinds that are observed and never compared: they change without anybody changing the configuration. */
export const OBSERVED_KINDS: readonly ResourceKind[] = ['audit-event', 'run-stats'];

/** One entry of the platform's own log. `at` in ISO UTC. `actor` and `object` are keys of other resources where they are known. */
export interface AuditEventProperties {
  at: string;
  actor: string | null;
  action: string;
  object?: string | null;
  objectKind?: string;
  details?: JsonValue;
}

/** Facts that move by themselves. The key is that of what they are about: `<kind>:<key>`. Times in ISO UTC. */
export interface RunStatsProperties {
  lastUsedAt?: string | null;
  runs?: number;
  failures?: number;
  [name: string]: JsonValue | undefined;
}
