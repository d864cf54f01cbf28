/** Signs within an answer that what it holds is only a part, though it came as a success. Owns these signs and their words. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { A_PART, NOWHERE } from './list-end.js';
import type { PageEnd } from './pages.js';
import type { Onward } from './paging.js';

export interface AnswerFacts {
  readonly status: number;
  readonly body: JsonValue;
  readonly onward: Onward;
  /** items up to this answer, with its own */
  readonly read: number;
  readonly total: number | null;
  readonly duplicateKeys: readonly string[];
}

function partial(reason: string): PageEnd {
  return { state: 'partial', reason, missing: null };
}

/** GraphQL answers 200 with what it could work out, and says beside it what it could not. */
function hasErrorsBeside({ readOnlyPost }: ResourceRule, body: JsonValue): boolean {
  const errors = isObject(body) ? body['errors'] : undefined;
  return readOnlyPost !== undefined && /graphql\/?$/i.test(readOnlyPost.path) && Array.isArray(errors) && errors.length > 0;
}

/** Of a list that stands twice in one answer only the last is read. */
function listTwice({ items }: ResourceRule, { duplicateKeys }: AnswerFacts): string | null {
  return typeof items === 'string' ? (items.split('.').find((name) => duplicateKeys.includes(name)) ?? null) : null;
}

/** null = the answer gives no sign of the kind. "Part of it" is said of each page of some lists: there it matters where nothing leads on. */
export function partEnd(rule: ResourceRule, facts: AnswerFacts): PageEnd | null {
  const twice = listTwice(rule, facts);
  if (twice !== null) return partial(`the key "${twice}", under which the list stands, comes twice in one object of the answer; only the last was read`);
  if (hasErrorsBeside(rule, facts.body)) return partial('the platform told errors beside what it gave');
  const { onward, status, read, total } = facts;
  if (onward.cursor !== null) return null;
  if (onward.follows === 'told') return NOWHERE;
  return status === 206 && (total === null || read < total) ? A_PART : null;
}
