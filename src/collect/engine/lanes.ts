/**
 * The lanes on which requests of one session leave: one per host, one more per resource type with a budget of its own.
 * Owns: waiting for the budget, stopping a whole host when the platform asks for a pause, learning the true numbers.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES } from '../expressions/scope.js';
import type { DoorAnswer } from '../http/door.js';
import type { RequestFacts } from '../http/failures.js';
import type { LimitRule } from '../manifest/auth-schema.js';
import { hostRuleOf } from './bound-host.js';
import type { HostBook } from './hosts.js';
import { DEFAULT_LIMIT, createSlots, memoryOf, pauseFor, takeTurn, waitOrPause } from './pacing.js';
import type { Memory, Slots } from './pacing.js';
import type { SessionOptions } from './session-options.js';
import { QUOTA_PAUSE_MS, pauseOf, quotaIsLow } from './throttle.js';

export interface Lane {
  /** one of the few that run at once */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** books the request in the budget, waits for its turn, sends it */
  send(request: () => Promise<DoorAnswer>): Promise<DoorAnswer>;
  /** throws PLB-COLLECT-006 where the answer asks for a pause */
  judge(answer: DoorAnswer, facts: RequestFacts): void;
}
export interface Lanes {
  of(host: string, limit?: { readonly name: string; readonly rule: LimitRule }): Lane;
  learn(type: string, items: readonly JsonValue[]): void;
}

/** What stops a whole host. */
interface Gate {
  until: number;
  quotaLow: boolean;
}
interface Track {
  readonly memory: Memory;
  readonly slots: Slots;
}

type Limit = Pick<LimitRule, 'requests' | 'per' | 'concurrency'>;

function limitOf({ connector, paceLoopback }: SessionOptions, hosts: HostBook, host: string): Limit | null {
  if (hosts.loopback && paceLoopback !== true) return null;
  return hostRuleOf(connector, host)?.limit ?? (hosts.place(host)?.internet === true ? DEFAULT_LIMIT : null);
}

function trackFor(options: SessionOptions, hosts: HostBook, name: { host: string; lane: string; limit: Limit | null }): Track {
  const origin = (hosts.place(name.host) ?? hosts.typed).base.origin;
  const rule = name.limit === null ? null : { requests: name.limit.requests, per: name.limit.per };
  return { memory: memoryOf({ origin, name: name.lane, secret: options.secret }, rule), slots: createSlots(name.limit?.concurrency ?? DEFAULT_LIMIT.concurrency) };
}

function judge(answer: DoorAnswer, facts: RequestFacts, { track, gate, options, host }: { track: Track; gate: Gate; options: SessionOptions; host: string }): void {
  const throttle = hostRuleOf(options.connector, host)?.throttle;
  if (quotaIsLow(answer, throttle?.quota)) gate.quotaLow = true;
  const now = Date.now();
  const { memory } = track;
  const ofThis = memory.ofRequest.get(facts.request) ?? 0;
  const pause = pauseOf(answer, throttle, { now, refusals: memory.refusals, ofThis, chance: Math.random() });
  if (pause === null || pause === 'broken') {
    memory.refusals = 0;
    memory.ofRequest.delete(facts.request);
    if (pause === 'broken') throw new PlumblineError('PLB-COLLECT-014', `${facts.host} has answered ${facts.request} with status 503 again and again, without saying until when.`, { host: facts.host, request: facts.request, status: 503 });
    return;
  }
  memory.refusals += 1;
  memory.ofRequest.set(facts.request, ofThis + 1);
  gate.until = Math.max(gate.until, now + pause);
  throw pauseFor(facts.host, pause, `the platform asks to wait before ${facts.request}`);
}

export function createLanes(options: SessionOptions, hosts: HostBook, signal: AbortSignal): Lanes {
  const gates = new Map<string, Gate>();
  const tracks = new Map<string, Track>();
  const told = new Map<string, number>();

  const gateOf = (host: string): Gate => {
    const known = gates.get(host) ?? { until: 0, quotaLow: false };
    gates.set(host, known);
    return known;
  };
  const trackOf = (host: string, own: { readonly name: string; readonly rule: LimitRule } | undefined): Track => {
    const lane = own ? `${host}:${own.name}` : host;
    const known = tracks.get(lane);
    if (known) return known;
    const paced = !hosts.loopback || options.paceLoopback === true;
    const track = trackFor(options, hosts, { host, lane, limit: own ? (paced ? own.rule : null) : limitOf(options, hosts, host) });
    const learnt = own ? undefined : told.get(host);
    if (learnt !== undefined) track.memory.budget?.learn(learnt);
    tracks.set(lane, track);
    return track;
  };

  return {
    of(host, own) {
      const track = trackOf(host, own);
      const gate = gateOf(host);
      const name = hosts.place(host)?.base.host ?? host;
      return {
        run: (work) => track.slots.run(work),
        async send(request) {
          signal.throwIfAborted();
          if (gate.quotaLow) throw pauseFor(name, QUOTA_PAUSE_MS, 'the requests of the day are nearly used up, and the rest is left to others');
          await waitOrPause(gate.until - Date.now(), { host: name, why: 'the platform asked for a pause', signal });
          if (track.memory.budget) await takeTurn(track.memory.budget, { host: name, signal });
          return request();
        },
        judge: (answer, facts) => judge(answer, facts, { track, gate, options, host }),
      };
    },
    learn(type, items) {
      for (const [host, { from, take }] of options.connector.hostLimits) {
        if (from !== type) continue;
        const found = items.map((item) => Number(take({ root: item, variables: {}, nodes: NO_NODES }))).find((number) => number >= 1);
        if (found === undefined) continue;
        told.set(host, found);
        tracks.get(host)?.memory.budget?.learn(found);
      }
    },
  };
}
