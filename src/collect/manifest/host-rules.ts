/**
 * Refuses, when a manifest is loaded, ends of host names that would let a key go anywhere, and a host of its own for each item that would be
 * reached unsafely. Owns these rules; engine/hosts.ts checks the addresses.
 */
import type { AuthRule, HostRule } from './auth-schema.js';
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import { waysOf } from './sign-ins.js';
import { manifestError } from './yaml-file.js';
import type { YamlSource } from './yaml-file.js';

/** Keys that are the same everywhere would be good at whatever host an answer names. */
function isTiedToHost(auth: AuthRule): boolean {
  return auth.kind === 'none' || (auth.kind === 'oauth2' && `${auth.scope ?? ''} ${auth.audience ?? ''}`.includes('{origin}'));
}

/** Below these, anybody may have a name: `co.uk`, `com.au`. */
const ANYBODYS = /^\.?(?:ac|co|com|edu|gen|go|gob|gouv|gov|gv|info|ltd|me|ne|net|nom|or|org|plc|web)\.[a-z]{2}$/i;

function isName(suffix: string): boolean {
  return /^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(suffix) && /[a-z]/i.test(suffix.split('.').at(-1)!) && !ANYBODYS.test(suffix);
}

/** Suffixes are all that keeps a key at the vendor where a person or the platform names the host. */
function checkSuffixes({ hosts, address }: Manifest, source: YamlSource): void {
  const places = [[['address'], address.suffixes] as const, ...Object.entries(hosts).map(([name, { suffixes }]) => [['hosts', name], suffixes] as const)];
  for (const [at, suffixes] of places) {
    const bad = suffixes.find((suffix) => !isName(suffix));
    if (bad !== undefined) throw manifestError(source, [...at, 'suffixes'], `"${bad.slice(0, 60)}" is no end of host names that one vendor holds: give \`suffixes\` of at least two names, e.g. .dynamics.com, since they are all that keeps a key at the vendor`);
  }
}

function checkHost(rule: HostRule, at: readonly PropertyKey[], { manifest, source }: { manifest: Manifest; source: YamlSource }): void {
  if (rule.base !== undefined || rule.learn !== undefined) throw manifestError(source, at, 'give one of `base`, `learn` and `bound`');
  if (rule.suffixes.length === 0) throw manifestError(source, [...at, 'suffixes'], 'a host with `bound` needs `suffixes` of at least two names, e.g. .dynamics.com: they are all that keeps requests at the vendor');
  if (!waysOf(rule.auth ?? manifest.auth).every(isTiedToHost)) throw manifestError(source, [...at, 'auth'], 'a host with `bound` takes `none`, or oauth2 with {origin} in `scope` or `audience`: any other key would be good at every host that an answer names');
  if (rule.limit?.learn) throw manifestError(source, [...at, 'limit', 'learn'], 'a host with `bound` cannot learn its limit');
}

function bindsIn({ forEach, matrix, recurse }: ResourceRule): string[] {
  return [...Object.keys(forEach?.bind ?? {}), ...Object.keys(matrix ?? {}), ...Object.keys(recurse?.start ?? {})];
}

/** Throws PLB-COLLECT-011 with file and line. */
export function checkHostNames(manifest: Manifest, source: YamlSource): void {
  checkSuffixes(manifest, source);
  for (const [name, rule] of Object.entries(manifest.hosts)) if (rule.bound !== undefined) checkHost(rule, ['hosts', name], { manifest, source });
  for (const [type, rule] of Object.entries(manifest.resources)) {
    const bound = manifest.hosts[rule.host]?.bound;
    if (bound === undefined) continue;
    if (rule.job) throw manifestError(source, ['resources', type, 'job'], `an export cannot be asked for at "${rule.host}", which has a base of its own for each item`);
    if (!bindsIn(rule).includes(bound)) throw manifestError(source, ['resources', type, 'host'], `"${rule.host}" needs the address of each item: bind it as ${bound} in \`forEach\``);
  }
}
