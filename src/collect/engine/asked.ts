/** Which types a platform is asked for, and which of them an expression may count on. Pure. */
import type { CompletenessEntry } from '../../model/snapshot.js';
import type { SourceItem } from '../emit/emit.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';

/** Types without a request are read from files only. */
export function askedTypes(connector: Connector): readonly CompiledResource[] {
  return connector.resources.filter(({ rule }) => rule.get !== undefined || rule.readOnlyPost !== undefined || rule.job !== undefined);
}

/** What could not be read must not look like an empty list to expressions that join or count. */
export function knownItems(items: ReadonlyMap<string, SourceItem[]>, completeness: readonly CompletenessEntry[]): Map<string, SourceItem[]> {
  const unread = new Set(completeness.filter(({ state }) => state === 'forbidden' || state === 'unavailable' || state === 'failed').map(({ type }) => type));
  return new Map([...items].filter(([type]) => !unread.has(type)));
}
