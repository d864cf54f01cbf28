/**
 * Which hosts a connector speaks with, and where each is. Owns: the check of the address that a person typed, bases with
 * `{field}`, bases told by the platform (only below declared suffixes), telling a declared host by an absolute address,
 * and the rule that one loopback server plays all hosts. Sends nothing.
 */
import { PlumblineError } from '../../model/errors.js';
import { checkedBaseUrl, classifyAddress } from '../http/addresses.js';
import type { Connector } from '../manifest/connector.js';
import { boundHandle, nameOfHandle } from './bound-host.js';
import { emptyFieldOf, fillAddress } from './given.js';
import type { Given } from './given.js';

export interface Place {
  /** the address by its true name; what absolute addresses in answers are compared with */
  readonly base: URL;
  /** where requests go: the same, but for a loopback server that plays the host */
  readonly reach: string;
  /** the path on the server that stands for the root of the host */
  readonly rootPath: string;
  /** an address on the internet that the vendor runs: never at a private address */
  readonly internet: boolean;
}
export interface Resolved {
  readonly host: string;
  /** as in DoorRequest: with // it counts from the root of the host */
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
}
export interface HostBook {
  /** null while the platform has not told it */
  place(host: string): Place | null;
  /** where an address of the manifest, or of a declared host, is reached */
  placeOf(address: URL): Place;
  /** the hosts that are known by now, by name; the typed address is `main` until a base for main is learnt */
  learn(host: string, address: string): void;
  /** the handle of a host that has a base of its own for each item of a loop; taken wherever a host's name is */
  bind(host: string, address: string): string;
  /** `at`: the path that was asked, as in DoorRequest; what `?page=2` or `next` without a slash count from */
  resolve(url: string, from: string, at?: string): Resolved;
  /** true where every request stays on this machine */
  readonly loopback: boolean;
  /** where the person's address is, whatever was learnt */
  readonly typed: Place;
}
export interface HostOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly secret: Given;
  readonly allowLoopback: boolean;
  readonly allowPrivate?: boolean;
}

function withPath(base: string, path: string): string {
  const trimmed = base.trim().replace(/\/+$/, '');
  return path !== '' && !trimmed.endsWith(path.replace(/\/+$/, '')) ? trimmed + path : trimmed;
}

export function hasSuffix(host: string, suffixes: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return suffixes.some((suffix) => {
    const end = suffix.toLowerCase().replace(/^\./, '');
    return end !== '' && (name.endsWith(`.${end}`) || (name === end && !suffix.startsWith('.')));
  });
}

function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return /^localhost$|\.localhost$/.test(host) || classifyAddress(host) === 'loopback';
}

function refused(why: string, host: string): PlumblineError {
  return new PlumblineError('PLB-COLLECT-007', why, { host });
}

/** The address that the person typed; for a vendor's own platform it must be the vendor's. */
function typedPlace({ connector, baseUrl, allowLoopback, allowPrivate }: HostOptions): Place {
  const { address } = connector.manifest;
  const base = checkedBaseUrl(withPath(baseUrl, address.path), { allowLoopback, allowPrivate: allowPrivate ?? true });
  const vendors = address.fixed !== undefined || address.suffixes.length > 0;
  if (!vendors || isLoopback(base)) return { base, reach: base.href, rootPath: '', internet: false };
  const fixed = address.fixed === undefined ? null : new URL(address.fixed);
  const known = base.host === fixed?.host || hasSuffix(base.hostname, address.suffixes);
  const allowed = [...(fixed ? [fixed.hostname] : []), ...address.suffixes].join(', ');
  if (!known) throw refused(`${base.hostname} is no address of ${connector.title}: its host is, or ends on, ${allowed}.`, base.hostname);
  if (base.protocol !== 'https:' || base.port !== '') throw refused(`The address of ${connector.title} must begin with https:// and name no port.`, base.hostname);
  return { base, reach: base.href, rootPath: '', internet: true };
}

function placeAt(base: URL, typed: Place, internet: boolean): Place {
  if (!isLoopback(typed.base) || base.origin === typed.base.origin) return { base, reach: base.href, rootPath: '', internet: internet && base.origin !== typed.base.origin };
  const rootPath = `/@${base.hostname}`;
  return { base, reach: `${typed.base.origin}${rootPath}${base.pathname}`, rootPath, internet: false };
}

/** A base that stands in the manifest. Typed parts must leave it below the suffixes, where it has them. */
function declaredPlace(options: HostOptions, name: string, typed: Place): Place | null {
  const rule = options.connector.manifest.hosts[name];
  if (rule?.base === undefined || emptyFieldOf(options.connector, options.secret, rule.base) !== null) return null;
  const base = fillAddress(options.connector, options.secret, withPath(rule.base, rule.path));
  if (base.protocol !== 'https:') throw new PlumblineError('PLB-COLLECT-011', `hosts.${name}.base of the manifest of ${options.connector.id} does not begin with https://.`, { connectorId: options.connector.id });
  if (rule.suffixes.length > 0 && !hasSuffix(base.hostname, rule.suffixes)) throw refused(`${base.hostname} does not end on ${rule.suffixes.join(' or ')}.`, base.hostname);
  return placeAt(base, typed, !/^https:\/\/\{\w+\}(?:[/:]|$)/.test(rule.base));
}

function learntPlace({ connector }: HostOptions, name: string, address: string, typed: Place): Place {
  const rule = connector.manifest.hosts[name]!;
  const suffixes = name === 'main' ? [...rule.suffixes, ...connector.manifest.address.suffixes] : rule.suffixes;
  const base = URL.canParse(address) ? new URL(withPath(address, rule.path)) : null;
  const own = base !== null && base.origin === typed.base.origin;
  const allowed = base !== null && base.protocol === 'https:' && base.port === '' && hasSuffix(base.hostname, suffixes);
  const plain = base !== null && base.username === '' && base.password === '' && base.search === '' && base.hash === '';
  if (base === null || !plain || !(own || allowed)) throw refused(`${connector.title} names ${base === null ? 'no address' : shownHost(base)} for the host "${name}", which must begin with https:// and end on ${[...new Set(suffixes)].join(' or ') || 'the given address'}; nothing was sent there.`, typed.base.host);
  return placeAt(base, typed, true);
}

/** Only an origin: where on the host things are, is the manifest's to say. */
function boundPlace({ connector }: HostOptions, name: string, address: string, typed: Place): Place {
  const rule = connector.manifest.hosts[name]!;
  const base = URL.canParse(address) ? new URL(address) : null;
  const isOrigin = base !== null && base.href === `${base.origin}/` && base.protocol === 'https:' && base.port === '' && !base.hostname.endsWith('.');
  if (!isOrigin || !hasSuffix(base.hostname, rule.suffixes)) throw refused(`${connector.title} names ${base === null ? 'no address' : shownHost(base)} for the host "${name}", which must begin with https://, end on ${rule.suffixes.join(' or ')} and name no port and no path; nothing was sent there.`, typed.base.host);
  return placeAt(new URL(withPath(base.origin, rule.path)), typed, true);
}

/** How an absolute address reads below a place; null when it is of another host. */
function below(url: URL, place: Place): { path: string; depth: number } | null {
  const upgraded = url.protocol === 'http:' && place.base.protocol === 'https:' && url.port === '' && place.base.port === '' && url.hostname === place.base.hostname;
  if (url.origin !== place.base.origin && !upgraded) return null;
  const prefix = place.base.pathname.replace(/\/+$/, '');
  if (url.pathname.startsWith(`${prefix}/`)) return { path: url.pathname.slice(prefix.length), depth: prefix.length + 1 };
  return { path: `/${url.pathname}`, depth: 0 };
}

/** Enough to know whose it is; the path and what is asked for may hold keys. */
function shownHost({ protocol, host }: URL): string {
  return host === '' ? `an address that begins with ${protocol.slice(0, 20)}` : `${protocol === 'https:' ? '' : `${protocol}//`}${host.slice(0, 100)}`;
}

function resolveAmong(places: ReadonlyMap<string, Place>, url: string, { from, at }: { from: string; at: string }): Resolved {
  const start = places.get(from);
  const asked = start === undefined ? '' : start.base.origin + (at.startsWith('//') ? at.slice(1) : start.base.pathname.replace(/\/+$/, '') + at);
  const own = start?.base.host ?? from;
  if (!start || !URL.canParse(url, asked)) throw refused(`${own} names a next address that is none; nothing was sent there.`, own);
  const target = new URL(url, asked);
  const refusal = refused(`${own} points to ${shownHost(target)}, which is none of the hosts of this connector; nothing was sent there. If the vendor runs that host, declare it under \`hosts\`.`, own);
  if (target.username !== '' || target.password !== '') throw refusal;
  // what is bound to one item goes on at its own host only: a token must not reach that of another item
  const known = nameOfHandle(from) === from ? [...places].filter(([host]) => nameOfHandle(host) === host) : [[from, start] as const];
  const candidates = known.flatMap(([host, place]) => {
    const found = below(target, place);
    return found ? [{ host, ...found }] : [];
  });
  const best = candidates.sort((a, b) => Number(b.host === from) - Number(a.host === from) || b.depth - a.depth)[0];
  if (!best) throw refusal;
  return { host: best.host, path: best.path, query: [...target.searchParams] };
}

/** Throws PLB-COLLECT-007 for an address that may not be reached, 011 for a manifest that cannot be followed. */
export function openHosts(options: HostOptions): HostBook {
  const typed = typedPlace(options);
  const { hosts } = options.connector.manifest;
  const places = new Map<string, Place>(hosts['main']?.learn ? [] : [['main', typed]]);
  for (const name of Object.keys(hosts)) {
    const place = declaredPlace(options, name, typed);
    if (place) places.set(name, place);
  }
  return {
    typed, loopback: isLoopback(typed.base),
    place(host) {
      const name = nameOfHandle(host);
      if (name !== 'main' && !Object.hasOwn(hosts, name)) throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${options.connector.id} names no host "${host}".`, { connectorId: options.connector.id });
      return places.get(host) ?? null;
    },
    placeOf: (address) => placeAt(address, typed, true),
    learn: (host, address) => { places.set(host, learntPlace(options, host, address, typed)); },
    bind(host, address) {
      const place = boundPlace(options, host, address, typed);
      const handle = boundHandle(host, place.base);
      places.set(handle, place);
      return handle;
    },
    resolve: (url, from, at = '/') => resolveAmong(places, url, { from, at }),
  };
}
