/** Snapshots and their completeness. Owns: shapes and the pure questions about completeness. Does not own storage. */
import { z } from 'zod';

/**
 * How the read of one resource type ended. Anything but `collected` and `empty` means "we do not know", and is never a pass.
 * `unavailable` = the plan, edition or version does not have it; `forbidden` = the key lacks a right, named in `missing`.
 */
export const READ_STATES = ['collected', 'empty', 'unavailable', 'forbidden', 'partial', 'failed'] as const;
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
  /** a required type that was not read makes the scan incomplete */
  required: z.boolean(),
});
export type CompletenessEntry = z.infer<typeof CompletenessEntry>;

/** Complete: every required type was collected or is known to be empty, and none was cut short. */
export function isComplete(entries: readonly CompletenessEntry[]): boolean {
  return entries.every((entry) => (entry.required ? entry.state === 'collected' || entry.state === 'empty' : entry.state !== 'partial'));
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
