/** The one word of each state, the same in portal, PDF, mail and terminal. */
import type { RequestState } from '../../model/assessment.js';
import type { PreflightEntry } from '../../api/schemas.js';
import type { DriftItem } from '../../model/drift.js';
import type { Role } from '../../model/identity.js';
import type { ResourceKind } from '../../model/resource.js';
import type { Outcome, Severity } from '../../model/severity.js';
import type { CompletenessEntry, ReadState } from '../../model/snapshot.js';

export const SEVERITY_WORDS: Record<Severity, string> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' };

export const OUTCOME_WORDS: Record<Outcome, string> = {
  pass: 'Pass', fail: 'Fail', 'not-applicable': 'Not applicable', 'could-not-verify': 'Could not verify', waived: 'Waived',
};

export const READ_WORDS: Record<ReadState, string> = {
  collected: 'Collected', empty: 'Empty', unavailable: 'Not in this plan', forbidden: 'No permission', partial: 'Partly read', suspect: 'Far fewer than before', failed: 'Failed',
};

const UNAVAILABLE_WORDS: Record<NonNullable<CompletenessEntry['because']>, string> = {
  plan: 'Not in this plan', edition: 'Not in this edition', version: 'Not in this version', api: 'Not told by its API', file: 'Not in the file',
};

export function readStateInWords(entry: Pick<CompletenessEntry, 'state' | 'because'>): string {
  return entry.state === 'unavailable' && entry.because ? UNAVAILABLE_WORDS[entry.because] : READ_WORDS[entry.state];
}

/** Why a part was not read, or not to its end; empty where there is nothing to say. */
export function readReasonInWords(entry: Pick<CompletenessEntry, 'state' | 'read' | 'expected' | 'before' | 'reason' | 'missing'>): string {
  const { state, read, expected, before, reason, missing } = entry;
  if (state === 'suspect') return `${(before ?? 0).toLocaleString('en')} were there before, ${read.toLocaleString('en')} now. Not believed until an officer confirms it`;
  const short = state === 'partial' && expected !== null && expected > read ? `${(expected - read).toLocaleString('en')} of ${expected.toLocaleString('en')} were not read` : null;
  return [short, reason, missing && `the key needs the right ${missing}`].filter(Boolean).join('; ');
}

export const REQUEST_WORDS: Record<RequestState, string> = {
  planned: 'Planned', sent: 'Sent', opened: 'Opened', 'in-progress': 'In progress', submitted: 'Submitted', 'in-review': 'In review', done: 'Done',
  declined: 'Declined', revoked: 'Revoked', cancelled: 'Cancelled',
};

export const SCAN_WORDS: Record<'running' | 'completed' | 'incomplete' | 'failed', string> = {
  running: 'Running', completed: 'Completed', incomplete: 'Partly read', failed: 'Failed',
};

export const ROLE_WORDS: Record<Role, string> = { administrator: 'Administrator', officer: 'Compliance officer', auditor: 'Auditor' };

export const DECISION_WORDS = { accepted: 'Accepted', rejected: 'Rejected' } as const;

const DRIFT_WORDS: Partial<Record<DriftItem['class'], string>> = { 'tls-off': 'Certificate check off', 'tls-on': 'Encryption on', 'clear-text': 'No encryption', 'secret-inline': 'Secret in clear text', 'model-changed': 'AI model changed' };

export function driftClassInWords(name: DriftItem['class']): string {
  return DRIFT_WORDS[name] ?? asWords(name);
}

export function kindInWords(kind: ResourceKind): string {
  return kind === 'ai-step' ? 'AI step' : asWords(kind);
}

export const PREFLIGHT_WORDS: Record<PreflightEntry['state'], string> = {
  granted: 'Has it', forbidden: 'Lacks it', unavailable: 'Not there', failed: 'No answer', 'not-asked': 'Seen in the scan',
};

/** `baseline.approval-refused` becomes `Baseline approval refused`. */
export function asWords(name: string): string {
  const words = name.replace(/[.\-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function joinRoles(roles: readonly Role[]): string {
  return roles.map((role) => ROLE_WORDS[role]).join(', ');
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
