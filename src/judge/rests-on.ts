/** Whether what a check asks is worked out with a list that was not read. Owns which facts a check looks at, read off its expressions. */
import type { ResourceKind } from '../model/resource.js';
import { WHOLE, type CompletenessEntry, type JoinedProperties } from '../model/snapshot.js';
import type { Check } from './check.js';

/** Names by variable: `p` -> administrator, disabled; a variable that is named without a member has an empty set. */
type Asked = ReadonlyMap<string, ReadonlySet<string>>;

const asked = new WeakMap<Check, Asked>();
const COUNTED_PEOPLE: readonly string[] = ['administrator', 'disabled', 'pending', WHOLE];
const WAYS_IN: readonly string[] = ['edges', 'authentication', 'public', 'enabled', WHOLE];
const STEPS: readonly ResourceKind[] = ['workflow', 'step', 'entry-point', 'ai-step'];

function askedBy(check: Check): Asked {
  const known = asked.get(check);
  if (known !== undefined) return known;
  const names = new Map<string, Set<string>>();
  const needs = check.needs.flatMap(({ property, condition }) => [property === null ? '' : `p.${property}`, condition ?? '']);
  const text = [check.when ?? '', check.expression, ...needs].join('\n');
  for (const [, variable, name] of text.matchAll(/\b(p|workflow|platform|graph|estate)(?:\.\??|\[\??["'])(\w+)/g)) names.set(variable!, (names.get(variable!) ?? new Set()).add(name!));
  asked.set(check, names);
  return names;
}

/** True when a fact that the check asks of resources of this kind, or of what is around them, is worked out with items of the entry's type. */
export function restsOn(check: Check, kind: ResourceKind, { joined }: Pick<CompletenessEntry, 'joined'>): boolean {
  if (joined === undefined) return false;
  const names = askedBy(check);
  const overlaps = (variable: string, of: string): boolean => (joined as JoinedProperties)[of]?.some((property) => names.get(variable)?.has(property) === true) === true;
  if (overlaps('p', kind) || overlaps('workflow', 'workflow') || overlaps('platform', 'platform-settings')) return true;
  if (names.has('estate') && joined['user']?.some((property) => COUNTED_PEOPLE.includes(property)) === true) return true;
  return names.has('graph') && STEPS.some((of) => joined[of]?.some((property) => WAYS_IN.includes(property)) === true);
}

/** What is listed here was seen where it stands: a list that is missing can only have hidden more of it. */
export const ONLY_GROWS = 'inlineSecrets';

/** The entry without what it could only have added to. */
export function apartFromMore({ joined = {} }: Pick<CompletenessEntry, 'joined'>): { joined: { [kind: string]: string[] } } {
  return { joined: Object.fromEntries(Object.entries(joined).map(([kind, properties]) => [kind, properties.filter((property) => property !== ONLY_GROWS)])) };
}

/** Whether the check counts the people of the platform. */
export function countsPeople(check: Check): boolean {
  return askedBy(check).has('estate');
}
