/** The one word of each state, the same in portal, PDF, mail and terminal. */
import type { RequestState } from '../../model/assessment.js';
import type { Outcome } from '../../model/severity.js';
import type { ReadState } from '../../model/snapshot.js';

export const OUTCOME_WORDS: Record<Outcome, string> = {
  pass: 'Pass', fail: 'Fail', 'not-applicable': 'Not applicable', 'could-not-verify': 'Could not verify', waived: 'Waived',
};

export const READ_WORDS: Record<ReadState, string> = {
  collected: 'Collected', empty: 'Empty', unavailable: 'Not in this plan', forbidden: 'No permission', partial: 'Partly read', failed: 'Failed',
};

export const REQUEST_WORDS: Record<RequestState, string> = {
  planned: 'Planned', sent: 'Sent', opened: 'Opened', 'in-progress': 'In progress', submitted: 'Submitted', 'in-review': 'In review', done: 'Done',
  declined: 'Declined', revoked: 'Revoked', cancelled: 'Cancelled',
};

export const SCAN_WORDS: Record<'running' | 'completed' | 'incomplete' | 'failed', string> = {
  running: 'Running', completed: 'Completed', incomplete: 'Partly read', failed: 'Failed',
};

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
