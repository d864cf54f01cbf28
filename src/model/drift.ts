/** Drift items: what changed against the approved baseline, by meaning. Owns shapes; src/compare computes them. */
import { z } from 'zod';
import { JsonValue, ResourceKind } from './resource.js';
import { Severity } from './severity.js';

export const DRIFT_CHANGES = ['added', 'removed', 'changed', 'moved', 'renamed'] as const;

/** The semantic classes, each with a verb in words (src/compare/words.ts). */
export const DRIFT_CLASSES = [
  'auth-removed', 'auth-changed', 'auth-added', 'host-added', 'host-removed', 'tls-off', 'tls-on', 'clear-text', 'credential-swapped', 'credential-added',
  'credential-removed', 'secret-inline', 'secret-rotated', 'code-changed', 'model-changed', 'scope-widened', 'scope-narrowed', 'owner-changed', 'logging-reduced', 'package-changed',
  'enabled', 'disabled', 'published', 'schedule-changed', 'wiring-changed', 'added', 'removed', 'renamed', 'moved', 'setting-changed', 'configuration-changed',
] as const;
export const DriftClass = z.enum(DRIFT_CLASSES);
export type DriftClass = z.infer<typeof DriftClass>;

export const DriftItem = z.object({
  /** stable across scans: hash of resource, change and class, not of the values */
  fingerprint: z.string(),
  resource: z.object({ kind: ResourceKind, key: z.string(), name: z.string() }),
  change: z.enum(DRIFT_CHANGES),
  class: DriftClass,
  severity: Severity,
  /** the property path that carries the meaning, e.g. `authentication`; empty for added and removed */
  path: z.string(),
  before: JsonValue.nullable(),
  after: JsonValue.nullable(),
  /** every leaf edit folded into this item */
  edits: z.array(z.object({ path: z.string(), before: JsonValue.nullable(), after: JsonValue.nullable() })),
  /** one sentence for people, with the workflow's name */
  sentence: z.string(),
});
export type DriftItem = z.infer<typeof DriftItem>;
