/**
 * What several types of a manifest ask for in the same words is asked once in a session. Owns how long such an answer is kept: until
 * each of the types has had it. A type that asks again wants a new one.
 */
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import type { DoorRequest } from '../http/door.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { Session, SessionAnswer } from './session.js';

interface Kept {
  readonly answer: Promise<SessionAnswer>;
  readonly takers: Set<string>;
}
const keptBy = new WeakMap<Session, Map<string, Kept>>();

function keptIn(session: Session): Map<string, Kept> {
  let kept = keptBy.get(session);
  if (!kept) keptBy.set(session, (kept = new Map()));
  return kept;
}

export interface SharedRequest {
  readonly host: string;
  readonly request: DoorRequest;
  readonly by: Pick<CompiledResource, 'type' | 'sharers'>;
}

/** A request that failed is made anew by whoever comes next. */
export function askOnce(session: Session, { host, request: { path, query, headers }, by: { type, sharers } }: SharedRequest, ask: () => Promise<SessionAnswer>): Promise<SessionAnswer> {
  if (sharers < 2) return ask();
  const all = keptIn(session);
  const name = canonicalJson({ host, path, query: query ?? [], headers: headers ?? {} } as unknown as JsonValue);
  const known = all.get(name);
  if (known && !known.takers.has(type)) {
    known.takers.add(type);
    if (known.takers.size >= sharers) all.delete(name);
    return known.answer;
  }
  const kept: Kept = { answer: ask(), takers: new Set([type]) };
  all.set(name, kept);
  kept.answer.catch(() => { if (all.get(name) === kept) all.delete(name); });
  return kept.answer;
}
