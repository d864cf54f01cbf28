/**
 * Decides which network addresses a platform may be reached at. Owns the classes of addresses and the check when a
 * connection is made (a name is judged by what it resolves to, every time). Does not own requests.
 */
import { lookup as dnsLookup } from 'node:dns';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { PlumblineError } from '../../model/errors.js';

export type AddressClass = 'public' | 'private' | 'loopback' | 'never';
export interface AddressRules {
  readonly allowLoopback: boolean;
  readonly allowPrivate: boolean;
}

function listOf(...ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}

const LOOPBACK = listOf(['127.0.0.0', 8], ['::1', 128]);
const PRIVATE = listOf(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7]);
/** Cloud metadata (168.63.129.16 is Azure's), link-local, multicast, reserved, and the IPv6 forms that carry an IPv4 address inside. */
const NEVER = listOf(
  ['0.0.0.0', 8], ['169.254.0.0', 16], ['100.100.100.200', 32], ['192.0.0.0', 24], ['192.0.2.0', 24], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24],
  ['224.0.0.0', 4], ['240.0.0.0', 4], ['168.63.129.16', 32], ['192.88.99.0', 24], ['::', 96], ['::ffff:0:0:0', 96], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8], ['64:ff9b::', 96], ['64:ff9b:1::', 48],
  ['2001::', 32], ['2001:db8::', 32], ['2002::', 16], ['fd00:ec2::254', 128],
);
const NEVER_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data', 'metadata.azure.internal']);
/** what a connection error carries when the address was refused, so that it is told from a network failure */
export const ADDRESS_REFUSED = 'EPLUMBLINEADDRESS';

function mappedIpv4(address: string): string | null {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (dotted) return dotted[1]!;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!hex) return null;
  const value = (Number.parseInt(hex[1]!, 16) << 16) | Number.parseInt(hex[2]!, 16);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function classifyAddress(address: string): AddressClass {
  const plain = mappedIpv4(address) ?? address;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0) return 'never';
  if (LOOPBACK.check(plain, family)) return 'loopback';
  if (NEVER.check(plain, family)) return 'never';
  return PRIVATE.check(plain, family) ? 'private' : 'public';
}

export function isAllowed(address: string, rules: AddressRules): boolean {
  const found = classifyAddress(address);
  return found === 'public' || (found === 'private' && rules.allowPrivate) || (found === 'loopback' && rules.allowLoopback);
}

function refusal(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`The address of ${host} is not allowed.`), { code: ADDRESS_REFUSED });
}

/** The checked address of a platform as a person typed it. Refuses what is no plain http(s) address of a host. */
export function checkedBaseUrl(text: string, rules: AddressRules): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const fail = (why: string): PlumblineError => new PlumblineError('PLB-COLLECT-007', `The address of the platform ${why}.`, { host: url?.hostname ?? '' });
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw fail('must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw fail('must not hold a user name or password');
  if (url.search !== '' || url.hash !== '') throw fail('must end at the path, without ? or #');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (NEVER_NAMES.has(host)) throw fail('is a cloud metadata service');
  if (isIP(host) !== 0 && !isAllowed(host, rules)) throw fail(`(${host}) is a ${classifyAddress(host) === 'never' ? 'reserved' : classifyAddress(host)} address, which this installation may not reach`);
  if (/^localhost$|\.localhost$/.test(host) && !rules.allowLoopback) throw fail('is a loopback address, which this installation may not reach');
  return url;
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * A `lookup` for node's connections: resolves, refuses unless every answer is allowed, and enters what was vetted in
 * `vetted`, the allow-list of the filtering agent behind it.
 */
export function guardedLookup(rules: AddressRules, vetted: string[]) {
  return (host: string, options: LookupOptions, callback: LookupCallback): void => {
    dnsLookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (addresses.length === 0 || !addresses.every((entry) => isAllowed(entry.address, rules))) return callback(refusal(host), []);
      for (const entry of addresses) if (!vetted.includes(entry.address)) vetted.push(entry.address);
      if (options.all === true) return callback(null, addresses);
      return callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
