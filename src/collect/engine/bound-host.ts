/**
 * Hosts that have a base of their own for each item of a loop. Owns the handle that stands for one of them wherever a host's
 * name is taken, and which value of an item holds its address. What address is allowed is hosts.ts's.
 */
import { PlumblineError } from '../../model/errors.js';
import { asText } from '../expressions/scope.js';
import type { AuthRule, HostRule } from '../manifest/auth-schema.js';
import type { Connector } from '../manifest/connector.js';
import type { Values } from './places.js';

/** no name of a manifest holds it */
const MARK = '@https://';

export function boundHandle(name: string, base: URL): string {
  return `${name}@${base.origin}`;
}

/** The name in the manifest; what is no handle is a name. */
export function nameOfHandle(host: string): string {
  const at = host.indexOf(MARK);
  return at === -1 ? host : host.slice(0, at);
}

export function hostRuleOf({ manifest }: Connector, host: string): HostRule | undefined {
  const name = nameOfHandle(host);
  return Object.hasOwn(manifest.hosts, name) ? manifest.hosts[name] : undefined;
}

/** The address that is bound for a host; null for a host that has one base. Throws PLB-COLLECT-015 where nothing is bound. */
export function boundAddress(connector: Connector, host: string, values: Values): string | null {
  const bound = hostRuleOf(connector, host)?.bound;
  if (bound === undefined) return null;
  const address = asText(Object.hasOwn(values, bound) ? values[bound] : undefined);
  if (address === undefined || address === '') throw new PlumblineError('PLB-COLLECT-015', `The address of "${host}" of ${connector.title} is not known: the item that is asked for names none.`, { host });
  return address;
}

/** `{origin}` becomes the address that the token is for. Elsewhere in a sign-in it stands for nothing. */
export function authFor(auth: AuthRule, base: URL): AuthRule {
  if (auth.kind !== 'oauth2') return auth;
  const own = (text: string | undefined): string | undefined => text?.replaceAll('{origin}', base.origin);
  const [scope, audience] = [own(auth.scope), own(auth.audience)];
  return { ...auth, ...(scope === undefined ? {} : { scope }), ...(audience === undefined ? {} : { audience }) };
}
