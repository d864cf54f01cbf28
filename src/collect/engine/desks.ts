/**
 * The doors of a session and who signs in at each. Owns: one door per host, one sign-in per `auth` of the manifest, and
 * the addresses that a platform tells (by a type or by the answer of the sign-in). Does not pace.
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText } from '../expressions/scope.js';
import { factsOf, openDoor } from '../http/door.js';
import type { Door, DoorAnswer, DoorRequest } from '../http/door.js';
import type { RequestFacts } from '../http/failures.js';
import type { AuthRule } from '../manifest/auth-schema.js';
import { chosenWay } from '../manifest/sign-ins.js';
import { openSigner } from './auth/open-signer.js';
import type { Grant, Signer } from './auth/signer.js';
import { authFor, hostRuleOf } from './bound-host.js';
import { emptyFieldOf, fillPlain } from './given.js';
import { openHosts } from './hosts.js';
import type { HostBook, Place } from './hosts.js';
import type { SessionOptions } from './session-options.js';

export interface Counter {
  readonly signer: Signer;
  send(request: DoorRequest, grant: Grant): Promise<DoorAnswer>;
  facts(request: DoorRequest): RequestFacts;
}
export interface Desk {
  readonly hosts: HostBook;
  readonly main: Door;
  /** signs in at the address that the person gave, so that a wrong key is told before anything is read */
  signIn(): Promise<void>;
  /** throws PLB-COLLECT-015 for a host whose address nothing has told */
  at(host: string): Promise<Counter>;
  learn(type: string, items: readonly JsonValue[]): void;
  /** query parameters that hold a key */
  keyParameters(host: string): readonly string[];
  close(): void;
}

function doors(options: SessionOptions): { to(place: Place): Door; close(): void } {
  const open = new Map<string, Door>();
  return {
    to(place) {
      const known = open.get(place.reach);
      if (known) return known;
      const { allowLoopback, limits, signal } = options;
      const allowPrivate = place.internet ? false : options.allowPrivate;
      const door = openDoor({
        baseUrl: place.reach, rootPath: place.rootPath, name: place.base.host, allowLoopback, signal,
        ...(allowPrivate === undefined ? {} : { allowPrivate }), ...(limits ? { limits } : {}),
      });
      open.set(place.reach, door);
      return door;
    },
    close() {
      for (const door of open.values()) door.close();
    },
  };
}

/** Where cookies sign in, an ended session is often told by a redirect to the page for people, and not by 401. */
const FOR_PEOPLE = /log-?in|sign-?in|\/auth\b|\/sso\b/i;
async function sendSigned(door: Door, request: DoorRequest): Promise<DoorAnswer> {
  if (request.headers?.['Cookie'] === undefined || request.readOnlyPost) return door.send(request);
  const answer = await door.send({ ...request, keepRedirect: true });
  const moved = answer.status >= 300 && answer.status < 400 && answer.status !== 304;
  if (!moved) return answer;
  return FOR_PEOPLE.test(answer.headers['location'] ?? '') ? { ...answer, status: 401 } : door.send(request);
}

function unknownHost({ connector, secret }: SessionOptions, host: string): PlumblineError {
  const empty = emptyFieldOf(connector, secret, hostRuleOf(connector, host)?.base ?? '');
  if (empty !== null) return new PlumblineError('PLB-COLLECT-015', `The address of "${host}" of ${connector.title} is not known: nothing was given as "${empty}".`, { host });
  const from = connector.hostBases.get(host)?.from ?? '';
  const source = from === 'token' ? 'the answer of the sign-in' : `"${connector.manifest.resources[from]?.title ?? from}"`;
  return new PlumblineError('PLB-COLLECT-015', `The address of "${host}" of ${connector.title} is not known: ${source} named none.`, { host });
}

/** The first address told counts. Several different ones are refused: reading one of them would pass over the others. */
function toldAddress(options: SessionOptions, host: string, items: readonly JsonValue[]): string | null {
  const take = options.connector.hostBases.get(host)!.take;
  const told = new Set(items.flatMap((item) => asText(take({ root: item, variables: {}, nodes: NO_NODES })) || []));
  if (told.size > 1) throw new PlumblineError('PLB-COLLECT-015', `${options.connector.title} names ${told.size} addresses for "${host}", and only one can be read.`, { host });
  return [...told][0] ?? null;
}

export function openDesk(options: SessionOptions): Desk {
  const { connector, secret } = options;
  const { manifest } = connector;
  const hosts = openHosts(options);
  const open = doors(options);
  const main = open.to(hosts.typed);
  const signers = new Map<string, Signer>();
  const problems = new Map<string, unknown>();

  const authOf = (host: string): AuthRule => {
    const rule = hostRuleOf(connector, host);
    const auth = chosenWay(rule?.auth ?? manifest.auth, secret);
    const place = rule?.bound === undefined ? null : hosts.place(host);
    return place === null ? auth : authFor(auth, place.base);
  };
  /** the manifest's own sign-in is at the typed address, a host's own at that host */
  const signerOf = (host: string): Signer => {
    const auth = authOf(host);
    const place = auth === chosenWay(manifest.auth, secret) ? hosts.typed : (hosts.place(host) ?? hosts.typed);
    // only a login belongs to the host that it is made at; other sign-ins that read the same are the same
    const id = JSON.stringify([auth, auth.kind === 'login' ? place.reach : '']);
    const known = signers.get(id);
    if (known) return known;
    const signer = openSigner(auth, { connector, secret, hosts, main, door: open.to(place), doorTo: (address) => open.to(hosts.placeOf(new URL(address.origin))) });
    signers.set(id, signer);
    return signer;
  };
  const learnFrom = (source: string, concerned: (host: string) => boolean, items: readonly JsonValue[]): void => {
    for (const [host, { from }] of connector.hostBases) {
      if (from !== source || !concerned(host)) continue;
      problems.delete(host);
      try {
        const told = toldAddress(options, host, items);
        if (told !== null) hosts.learn(host, told);
      } catch (error) {
        problems.set(host, error);
      }
    }
  };
  const placeOf = async (host: string): Promise<Place> => {
    if (hosts.place(host) === null && connector.hostBases.get(host)?.from === 'token') {
      const { answer } = await signerOf(host).current();
      learnFrom('token', (other) => authOf(other) === authOf(host), [answer]);
    }
    if (problems.has(host)) throw problems.get(host);
    const place = hosts.place(host);
    if (place === null) throw unknownHost(options, host);
    return place;
  };
  const headers = fillPlain(manifest.headers, connector, secret);

  return {
    hosts, main,
    signIn: async () => { await signerOf('main').current(); },
    async at(host) {
      const door = open.to(await placeOf(host));
      return {
        signer: signerOf(host),
        facts: (request) => factsOf(door.host, request),
        send: (request, { signed }) => sendSigned(door, { ...request, query: [...(request.query ?? []), ...signed.query], headers: { ...headers, ...request.headers, ...signed.headers } }),
      };
    },
    learn: (type, items) => learnFrom(type, () => true, items),
    keyParameters(host) {
      const auth = authOf(host);
      return auth.kind === 'query' ? Object.keys(auth.set) : [];
    },
    close: open.close,
  };
}
