/** Which version the platform has, and what that version does not have. Owns the comparison; a version that is not known leaves out nothing. Pure. */
import { coerce, satisfies } from 'semver';
import type { JsonValue } from '../../model/resource.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { NO_NODES, asText } from '../expressions/scope.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { joinedOf } from './completeness.js';

/** The entry of a type that this version does not have; null = ask for it. */
export function versionGate({ type, rule, kinds, joined }: CompiledResource, version: string | null): CompletenessEntry | null {
  if (rule.onlyFrom === undefined || version === null) return null;
  const known = coerce(version, { includePrerelease: true });
  if (known === null || satisfies(known, rule.onlyFrom, { includePrerelease: true })) return null;
  const reason = `version ${version} does not have it (${rule.onlyFrom} does)`;
  return { type, title: rule.title, state: 'unavailable', read: 0, expected: null, reason, missing: null, because: 'version', required: rule.required, kinds: [...kinds], ...joinedOf({ joined }) };
}

/** null = not told (yet): the type that tells it is read in its turn */
export function versionOf({ version }: Connector, firstOf: (type: string) => JsonValue | undefined): string | null {
  const first = version ? firstOf(version.from) : undefined;
  return (first !== undefined && asText(version!.take({ root: first, variables: {}, nodes: NO_NODES }))) || null;
}
