/** Snapshots and their completeness. Owns: shapes and the pure questions about completeness. Does not own storage. */
import { z } from 'zod';
import { ResourceKind } from './resource.js';

/**
 * How the read of one resource type ended. Anything but `collected` and `empty` means "we do not know", and is never a pass.
 * `unavailable` = the plan, edition, version or API does not have it; `forbidden` = the key lacks a right, named in `missing`;
 * `suspect` = read to its end, but far fewer than last time: not believed until a person says that it is so.
 */
export const READ_STATES = ['collected', 'empty', 'unavailable', 'forbidden', 'partial', 'suspect', 'failed'] as const;
export const ReadState = z.enum(READ_STATES);
export type ReadState = z.infer<typeof ReadState>;

export const CompletenessEntry = z.object({
  /** resource type of the manifest, e.g. `workflows` */
  type: z.string(),
  /** words for people, e.g. "Workflows" */
  title: z.string(),
  state: ReadState,
  read: z.number().int().nonnegative(),
  /** the platform's own total where it tells one */
  expected: z.number().int().nonnegative().nullable(),
  /** for unavailable: plan, edition or version; for forbidden: the missing right by its name; otherwise the reason */
  reason: z.string().nullable(),
  missing: z.string().nullable(),
  /** for suspect: how many were believed to be there */
  before: z.number().int().nonnegative().optional(),
  /** for unavailable: what keeps it away */
  because: z.enum(['plan', 'edition', 'version', 'api', 'file']).nullable().optional(),
  /** the resource kinds that this type yields; where absent, `kindsOfType` tells */
  kinds: z.array(ResourceKind).optional(),
  /** per resource kind, the properties that are worked out with items of this type; `*` = whether a resource is there at all */
  joined: z.record(z.string(), z.array(z.string())).optional(),
  /** a required type that was not read makes the scan incomplete */
  required: z.boolean(),
});
export type CompletenessEntry = z.infer<typeof CompletenessEntry>;

/** In `joined`: not one property, but the resource as a whole. */
export const WHOLE = '*';
export type JoinedProperties = { readonly [kind: string]: readonly string[] };

/** Complete: every required type was collected or is known to be empty, and none was cut short, failed or is suspect. */
export function isComplete(entries: readonly CompletenessEntry[]): boolean {
  return entries.every((entry) => (entry.required ? entry.state === 'collected' || entry.state === 'empty' : !['partial', 'suspect', 'failed'].includes(entry.state)));
}

/** One line of a snapshot: the content-addressed list of resources. Sorted by kind and key. */
export interface SnapshotEntry {
  kind: string;
  key: string;
  name: string;
  /** sha256 hex of the canonical JSON of the resource's {kind,key,name,properties} */
  digest: string;
}

/** A data flow that was observed: a step sends to, or takes from, a host. */
export const DataFlow = z.object({
  workflow: z.string(),
  step: z.string(),
  host: z.string(),
  location: z.object({ file: z.string().nullable(), workflow: z.string().nullable(), step: z.string().nullable() }),
});
export type DataFlow = z.infer<typeof DataFlow>;

/** What a resource type of a manifest yields, by its usual name, for entries that do not say it themselves. */
const KINDS_OF_TYPE: { readonly [type: string]: readonly ResourceKind[] } = {
  workflows: ['workflow', 'step', 'entry-point', 'ai-step', 'connector'],
  flows: ['workflow', 'step', 'entry-point', 'ai-step', 'connector'],
  credentials: ['credential-ref'],
  users: ['user'],
  roles: ['role'],
  groups: ['group'],
  projects: ['group'],
  variables: ['environment'],
  'data-tables': ['data-store'],
  settings: ['platform-settings'],
  diagnostics: ['platform-settings'],
  login: ['platform-settings'],
  audit: ['platform-settings'],
  nodes: ['package'],
  packages: ['package'],
  modules: ['package'],
  communityPackages: ['package'],
  executions: ['run-stats'],
};

export function kindsOfType(entry: Pick<CompletenessEntry, 'type' | 'kinds'>): readonly ResourceKind[] {
  if (entry.kinds !== undefined) return entry.kinds;
  return KINDS_OF_TYPE[entry.type] ?? ResourceKind.options.filter((kind) => kind === entry.type);
}

/** The types that the platform had an answer for, also where the answer was that there is nothing: that it cannot be asked any more is then a loss. */
export function answeredTypes(entries: readonly CompletenessEntry[]): string[] {
  return entries.filter(({ read, state }) => read > 0 || state === 'collected' || state === 'empty').map(({ type }) => type);
}

/**
 * The lists that are missing now. `typesRead`: the types that earlier scans of the platform had an answer for. A type that was never
 * read, such as one that the plan does not have, has nothing that could be missing, and must not hide what went from other types.
 */
function missingNow(entries: readonly CompletenessEntry[], typesRead: ReadonlySet<string>): CompletenessEntry[] {
  return entries.filter((entry) => entry.state !== 'collected' && entry.state !== 'empty' && (entry.read > 0 || typesRead.has(entry.type)));
}

/** The kinds of which some resources may be missing: whoever compares must not take their absence for a removal. */
export function missingKinds(entries: readonly CompletenessEntry[], typesRead: ReadonlySet<string>): ResourceKind[] {
  return [...new Set(missingNow(entries, typesRead).flatMap((entry) => [...kindsOfType(entry)]))].sort();
}

/** The kinds of which anything is not known now, if only one property: nothing that was found on them may be closed. */
export function unreadKinds(entries: readonly CompletenessEntry[], typesRead: ReadonlySet<string>): ResourceKind[] {
  const joined = Object.keys(untoldProperties(entries, typesRead)) as ResourceKind[];
  return [...new Set([...missingKinds(entries, typesRead), ...joined])].sort();
}

/** Per kind, the properties that cannot be told now: their values say nothing of the platform. */
export function untoldProperties(entries: readonly CompletenessEntry[], typesRead: ReadonlySet<string>): JoinedProperties {
  const untold: { [kind: string]: string[] } = {};
  for (const { joined } of missingNow(entries, typesRead)) {
    for (const [kind, properties] of Object.entries(joined ?? {})) untold[kind] = [...new Set([...(untold[kind] ?? []), ...properties])].sort();
  }
  return untold;
}
