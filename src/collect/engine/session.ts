/**
 * A signed-in session with all hosts of one platform. Owns: one door per host, which sign-in goes where, pacing, and what
 * is learnt on the way. Keys live here for the length of one collection and go nowhere else. Judges no status but those
 * that mean "later".
 */
import type { JsonValue } from '../../model/resource.js';
import { jsonOf } from '../http/answers.js';
import type { DoorAnswer, DoorRequest } from '../http/door.js';
import type { RequestFacts } from '../http/failures.js';
import type { JsonNotes } from '../http/json-text.js';
import { DOOR_LIMITS } from '../http/limits.js';
import type { LimitRule } from '../manifest/auth-schema.js';
import { openDesk } from './desks.js';
import type { Desk } from './desks.js';
import { boundAddress } from './bound-host.js';
import { withMeanings } from './given.js';
import { createLanes } from './lanes.js';
import type { Resolved } from './hosts.js';
import type { Values } from './places.js';
import type { SessionOptions } from './session-options.js';

export type { SessionOptions };

export interface SessionAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly answer: DoorAnswer;
  readonly facts: RequestFacts;
}

export interface Session {
  /** of the address that the person gave; for sentences */
  readonly host: string;
  /**
   * One request to a declared host. Any status comes back but those that mean "later", which throw PLB-COLLECT-006 with
   * `retryAfterMs`. A 401 was tried again with a fresh token, where the sign-in has such.
   */
  ask(host: string, request: DoorRequest, limit?: { readonly name: string; readonly rule: LimitRule }): Promise<SessionAnswer>;
  /** what to give as `host` for a request with these values: the name, or for a host of its own for each item what stands for that one */
  hostFor(host: string, values: Values): string;
  /** an address that the platform handed out in its answer to the path `at`, as a declared host and what follows; throws PLB-COLLECT-007 */
  resolve(url: string, from: string, at?: string): Resolved;
  /** after a type was read: bases of hosts and numbers of requests are taken from it */
  learn(type: string, items: readonly JsonValue[]): void;
  json(answer: SessionAnswer): { value: JsonValue; notes: JsonNotes };
  close(): void;
}

/** Parameters that hold a key are taken out of addresses that the platform echoes: they are put on again when asked. */
function withoutKeys(resolved: Resolved, desk: Desk): Resolved {
  const secret = new Set(desk.keyParameters(resolved.host));
  return { ...resolved, query: resolved.query.filter(([name]) => !secret.has(name)) };
}

/** Opens the door and signs in. Throws the coded errors of both. */
export async function openSession(given: SessionOptions): Promise<Session> {
  const options = { ...given, secret: withMeanings(given.connector, given.secret) };
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([closing.signal, options.signal]) : closing.signal;
  const desk = openDesk(options);
  const lanes = createLanes(options, desk.hosts, signal);
  const limits = { ...DOOR_LIMITS, ...options.limits };
  const close = (): void => {
    closing.abort(new Error('The session was closed.'));
    desk.close();
  };

  const askSigned = async (host: string, request: DoorRequest, limit: { readonly name: string; readonly rule: LimitRule } | undefined): Promise<SessionAnswer> => {
    const counter = await desk.at(host);
    const lane = lanes.of(host, limit);
    return lane.run(async () => {
      const grant = await counter.signer.current();
      let sent = await lane.send(() => counter.send(request, grant));
      if (sent.status === 401) {
        const fresh = await counter.signer.renewed(grant);
        if (fresh) sent = await lane.send(() => counter.send(request, fresh));
        if (fresh && sent.status === 401) counter.signer.giveUp();
      }
      const facts = counter.facts(request);
      lane.judge(sent, facts);
      return { status: sent.status, etag: sent.headers['etag'] ?? null, answer: sent, facts };
    });
  };

  try {
    await desk.signIn();
  } catch (error) {
    close();
    throw error;
  }
  return {
    host: desk.main.host,
    ask: askSigned,
    hostFor(host, values) {
      const address = boundAddress(options.connector, host, values);
      return address === null ? host : desk.hosts.bind(host, address);
    },
    resolve: (url, from, at) => withoutKeys(desk.hosts.resolve(url, from, at), desk),
    learn(type, items) {
      desk.learn(type, items);
      lanes.learn(type, items);
    },
    json: ({ answer, facts }) => jsonOf(answer, facts, limits),
    close,
  };
}
