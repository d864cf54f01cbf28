/** Refuses, when a manifest is loaded, a host of its own for each item that would be reached unsafely. Owns these rules; engine/hosts.ts checks the addresses. */
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

function checkHost(rule: HostRule, at: readonly PropertyKey[], { manifest, source }: { manifest: Manifest; source: YamlSource }): void {
  if (rule.base !== undefined || rule.learn !== undefined) throw manifestError(source, at, 'give one of `base`, `learn` and `bound`');
  const isName = (suffix: string): boolean => /^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(suffix) && /[a-z]/i.test(suffix.split('.').at(-1)!);
  if (rule.suffixes.length === 0 || !rule.suffixes.every(isName)) throw manifestError(source, [...at, 'suffixes'], 'a host with `bound` needs `suffixes` of at least two names, e.g. .dynamics.com: they are all that keeps requests at the vendor');
  if (!waysOf(rule.auth ?? manifest.auth).every(isTiedToHost)) throw manifestError(source, [...at, 'auth'], 'a host with `bound` takes `none`, or oauth2 with {origin} in `scope` or `audience`: any other key would be good at every host that an answer names');
  if (rule.limit?.learn) throw manifestError(source, [...at, 'limit', 'learn'], 'a host with `bound` cannot learn its limit');
}

function bindsIn({ forEach, matrix, recurse }: ResourceRule): string[] {
  return [...Object.keys(forEach?.bind ?? {}), ...Object.keys(matrix ?? {}), ...Object.keys(recurse?.start ?? {})];
}

/** Throws PLB-COLLECT-011 with file and line. */
export function checkBoundHosts(manifest: Manifest, source: YamlSource): void {
  for (const [name, rule] of Object.entries(manifest.hosts)) if (rule.bound !== undefined) checkHost(rule, ['hosts', name], { manifest, source });
  for (const [type, rule] of Object.entries(manifest.resources)) {
    const bound = manifest.hosts[rule.host]?.bound;
    if (bound === undefined) continue;
    if (rule.job) throw manifestError(source, ['resources', type, 'job'], `an export cannot be asked for at "${rule.host}", which has a base of its own for each item`);
    if (!bindsIn(rule).includes(bound)) throw manifestError(source, ['resources', type, 'host'], `"${rule.host}" needs the address of each item: bind it as ${bound} in \`forEach\``);
  }
}
