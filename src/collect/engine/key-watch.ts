/**
 * Tells a key that was taken away in the middle of a scan from one that lacks a right, where the platform answers both with 401: a type
 * that was read with it is asked for once more. Owns when, and what is asked. A 401 that no rule takes as a missing right needs no watch.
 */
import type { CompletenessEntry } from '../../model/snapshot.js';
import type { DoorRequest } from '../http/door.js';
import { statusFailure } from '../http/failures.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import type { Values } from './places.js';
import { requestOf } from './request.js';
import type { Session, SessionAnswer } from './session.js';

export interface KeyWatch {
  /** the same session; a 401 of it throws PLB-COLLECT-002 where the key is good for nothing any more */
  readonly session: Session;
  /** what was read can be asked for again */
  noteRead(resource: CompiledResource, entry: Pick<CompletenessEntry, 'state' | 'read'>): void;
  /** once all is read: throws PLB-COLLECT-002 where the key may have been taken away since it was last looked at */
  finish(): Promise<void>;
}

type Ask = () => Promise<SessionAnswer>;

/** One request that needs the key. An export that is made on demand, or the parts of an item, would be more. */
function isWitness({ rule }: CompiledResource, { state, read }: Pick<CompletenessEntry, 'state' | 'read'>): boolean {
  const isPlain = rule.get !== undefined && !rule.forEach && !rule.matrix && !rule.recurse && rule.since === undefined;
  return isPlain && rule.right !== 'none' && (state === 'collected' || state === 'empty' || (state === 'partial' && read > 0));
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}

/**
 * Each look costs a request, and many items may be refused for good reason: the first 401 is looked into, the second, the fourth, the
 * eighth, and the last.
 */
export function watchKey(session: Session, fields: Values): KeyWatch {
  const witnesses = new Map<string, { readonly rule: ResourceRule; readonly ask: Ask }>();
  let refusals = 0;
  let unsure: string | null = null;
  let looking: Promise<void> | null = null;

  const look = async (host: string): Promise<void> => {
    const witness = witnesses.get(host) ?? witnesses.values().next().value;
    unsure = null;
    const got = await witness?.ask();
    if (got?.status === 401) throw statusFailure(got.facts, got.status, null);
  };
  const looked = (host: string): Promise<void> => (looking ??= look(host).finally(() => { looking = null; }));

  const ask: Session['ask'] = async (host, request: DoorRequest, limit) => {
    const got = await session.ask(host, request, limit);
    if (got.status !== 401 || witnesses.size === 0) return got;
    refusals += 1;
    unsure = host;
    if (looking !== null || isPowerOfTwo(refusals)) await looked(host);
    return got;
  };

  return {
    session: { ...session, ask },
    noteRead(resource, entry) {
      const { rule, type } = resource;
      const known = witnesses.get(rule.host);
      if (!isWitness(resource, entry) || (known && (known.rule.required || !rule.required))) return;
      const limit = rule.limit ? { name: type, rule: rule.limit } : undefined;
      witnesses.set(rule.host, { rule, ask: () => session.ask(session.hostFor(rule.host, fields), requestOf(rule, fields, { cursor: null }), limit) });
    },
    finish: async () => (unsure === null ? undefined : looked(unsure)),
  };
}
