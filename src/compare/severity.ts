/** How bad a drift item is: semantic class x exposure, as a table. Owns the table and what exposure means. */
import type { DriftClass } from '../model/drift.js';
import type { Resource } from '../model/resource.js';
import type { Severity } from '../model/severity.js';

/**
 * From most to least exposed. `open`: a live entry point without sign-in; `entry`: any other live entry point, and settings of
 * the whole platform; `external`: live and talking to an outside host; `live`: runs; `dormant`: a draft, or switched off.
 */
export const EXPOSURES = ['open', 'entry', 'external', 'live', 'dormant'] as const;
export type Exposure = (typeof EXPOSURES)[number];

/** One letter per exposure, in the order of EXPOSURES: C critical, H high, M medium, L low, I info. */
const TABLE: { readonly [driftClass in DriftClass]: string } = {
  'auth-removed': 'CCHHM',
  'secret-inline': 'CCCCC',
  'host-added': 'HHHHM',
  'clear-text': 'HHHHM',
  'tls-off': 'HHHHM',
  'scope-widened': 'HHHHM',
  'credential-swapped': 'HHHHM',
  'model-changed': 'MMMML',
  'code-changed': 'HHHML',
  'credential-added': 'MMMML',
  'auth-changed': 'MMMML',
  'owner-changed': 'MMMML',
  'logging-reduced': 'MMMML',
  'package-changed': 'MMMML',
  'setting-changed': 'MMMML',
  'wiring-changed': 'MMMML',
  'schedule-changed': 'LLLLL',
  'credential-removed': 'LLLLL',
  'secret-rotated': 'LLLLI',
  'configuration-changed': 'MMLLI',
  published: 'MMMMM',
  enabled: 'HMMLL',
  disabled: 'LLLLL',
  added: 'HHHLI',
  removed: 'MMLLI',
  moved: 'LLLLI',
  renamed: 'IIIII',
  'auth-added': 'IIIII',
  'tls-on': 'IIIII',
  'host-removed': 'LLLLI',
  'scope-narrowed': 'LLLLI',
};

const LETTERS: { readonly [letter: string]: Severity } = { C: 'critical', H: 'high', M: 'medium', L: 'low', I: 'info' };

/** Of several meanings of one change, the one that is told: the first in the table. */
export function tellingRank(driftClass: DriftClass): number {
  return ORDER.indexOf(driftClass);
}
const ORDER = Object.keys(TABLE) as DriftClass[];

export function severityOf(driftClass: DriftClass, exposure: Exposure): Severity {
  const severity = LETTERS[TABLE[driftClass][EXPOSURES.indexOf(exposure)] ?? ''];
  if (severity === undefined) throw new RangeError(`the severity table has no ${exposure} for ${driftClass}`);
  return severity;
}

/** `workflow` is the workflow that a step belongs to, where it is known. */
export function exposureOf(resource: Resource, workflow: Resource | undefined): Exposure {
  const { kind, properties } = resource;
  if (kind === 'platform-settings') return 'entry';
  if (properties['enabled'] === false || properties['version'] === 'draft' || workflow?.properties['enabled'] === false) return 'dormant';
  if (kind === 'entry-point') return properties['authentication'] === 'none' && properties['public'] !== false ? 'open' : 'entry';
  const { hosts, dynamicHost } = properties;
  return (Array.isArray(hosts) && hosts.length > 0) || dynamicHost === true ? 'external' : 'live';
}

export function mostExposed(exposures: readonly Exposure[]): Exposure {
  return EXPOSURES.find((exposure) => exposures.includes(exposure)) ?? 'dormant';
}
