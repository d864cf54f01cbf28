/** The one word of each state, the same in portal, PDF, mail and terminal. */
import type { RequestState } from '../../model/assessment.js';
import type { DriftItem } from '../../model/drift.js';
import type { Role } from '../../model/identity.js';
import type { ResourceKind } from '../../model/resource.js';
import type { Outcome, Severity } from '../../model/severity.js';
import type { ReadState } from '../../model/snapshot.js';

export const SEVERITY_WORDS: Record<Severity, string> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' };

export const OUTCOME_WORDS: Record<Outcome, string> = {
  pass: 'Pass', fail: 'Fail', 'not-applicable': 'Not applicable', 'could-not-verify': 'Could not verify', waived: 'Waived',
};

export const READ_WORDS: Record<ReadState, string> = {
  collected: 'Collected', empty: 'Empty', unavailable: 'Not in this plan', forbidden: 'No permission', partial: 'Partly read', suspect: 'Far fewer than before', failed: 'Failed',
};

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
