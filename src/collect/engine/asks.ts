/**
 * The lists that a looped type consists of: one for each item of another type, each combination of constants, each batch.
 * Owns what is bound for each. Sends nothing.
 */
import { canonicalJson, sha256 } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, isBlank } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { CompiledResource, NamedExpressions } from '../manifest/connector.js';
import { placesIn } from './places.js';
import type { Values } from './places.js';
import type { PageEnd } from './pages.js';
import type { Ask } from './read-page.js';
import { listPairs, requestOf, wholeLabelOf } from './request.js';

export interface PlannedAsk extends Ask {
  readonly bound: JsonObject;
  /** the same in every try of a scan */
  readonly id: string;
  /** 0 = no recursion led here */
  readonly depth: number;
  /** what was bound before the recursion began */
  readonly root: JsonObject;
}

export interface AskPlan {
  readonly asks: PlannedAsk[];
  /** set when there is more to ask for than the manifest allows */
  readonly end: PageEnd | null;
}

type Pairs = Ask['more'];
interface Bound { readonly bound: JsonObject; readonly more: Pairs }

export function isLooped({ rule }: CompiledResource): boolean {
  return rule.forEach !== undefined || rule.matrix !== undefined || rule.recurse !== undefined;
}

function valuesOf(bind: NamedExpressions, item: JsonValue): JsonObject {
  const values = bind.map(([name, expression]) => [name, expression({ root: item, variables: {}, nodes: NO_NODES })] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, JsonValue] => pair[1] !== undefined && pair[1] !== null));
}

function combinations(matrix: Readonly<Record<string, readonly string[]>>): JsonObject[] {
  return Object.entries(matrix).reduce<JsonObject[]>((rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))), [{}]);
}

/** What all of a batch have in common, and the list of what they were asked by. */
function sharedOf(batch: readonly JsonObject[], of: string): JsonObject {
  const [first, ...rest] = batch;
  const same = Object.entries(first!).filter(([name, value]) => rest.every((other) => canonicalJson(other[name] ?? null) === canonicalJson(value)));
  return { ...Object.fromEntries(same), [of]: batch.map((each) => each[of] ?? null) };
}

/** Only items for which the rest of the request is the same can be asked for together. */
function batched({ rule, boundHost }: CompiledResource, items: readonly JsonObject[]): Bound[] {
  const batch = rule.forEach!.batch!;
  const used = [...(boundHost === null ? [] : [boundHost]), ...placesIn([rule.get ?? null, rule.readOnlyPost?.path ?? null, rule.readOnlyPost?.body ?? null, { ...rule.query } as JsonObject, { ...rule.headers }])].filter((name) => name !== batch.of);
  const groups = new Map<string, JsonObject[]>();
  for (const item of items) {
    const group = canonicalJson(used.map((name) => item[name] ?? null));
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  const batches = [...groups.values()].flatMap((group) => Array.from({ length: Math.ceil(group.length / batch.size) }, (_each, index) => group.slice(index * batch.size, (index + 1) * batch.size)));
  return batches.map((each) => ({ bound: sharedOf(each, batch.of), more: listPairs(batch.to, each.flatMap((item) => asText(item[batch.of]) ?? []), batch.as) }));
}

function planned(resource: CompiledResource, fields: Values, asked: Bound & { readonly root: JsonObject; readonly depth: number }): PlannedAsk {
  const { bound, more, root, depth } = asked;
  let request: string;
  try {
    const built = requestOf(resource.rule, { ...fields, ...bound }, { cursor: null, more });
    request = `${wholeLabelOf(built)} ${built.readOnlyPost?.body ?? ''} ${JSON.stringify(built.headers)}`;
  } catch {
    // it will be refused when it is asked, and be counted there
    request = canonicalJson(bound);
  }
  return { bound, more, root, depth, id: sha256(`${canonicalJson(root)} ${request}`).slice(0, 24) };
}

function unique(asks: readonly PlannedAsk[]): PlannedAsk[] {
  return [...new Map(asks.map((ask) => [ask.id, ask])).values()];
}

/** An item that does not tell what `when` asks is not asked for, and is no item that needs no question. */
function endOf({ forEach }: CompiledResource, { wanted, passedOver }: { wanted: number; passedOver: readonly JsonValue[] }): PageEnd | null {
  if (!forEach) return null;
  const { limit, told } = forEach;
  const untold = passedOver.filter((item) => told?.({ root: item, variables: {}, nodes: NO_NODES }) === undefined).length;
  const reasons = [
    ...(wanted > limit ? [`only the first ${limit} of ${wanted} were asked for`] : []),
    ...(untold > 0 ? [`${untold} of ${wanted + passedOver.length} do not tell whether there is anything to ask them for`] : []),
  ];
  return reasons.length === 0 ? null : { state: 'partial', reason: reasons.join('; '), missing: null };
}

/** `sources`: the items of the type that is looped over. */
export function planAsks(resource: CompiledResource, sources: readonly JsonValue[], fields: Values): AskPlan {
  const { rule, forEach } = resource;
  const isWanted = (item: JsonValue): boolean => !forEach?.when || forEach.when({ root: item, variables: {}, nodes: NO_NODES }) === true;
  const wanted = forEach ? sources.filter(isWanted) : [];
  const limit = forEach?.limit ?? 1;
  const items = forEach ? wanted.slice(0, limit).map((item) => valuesOf(forEach.bind, item)) : [{}];
  const parents = rule.forEach?.batch ? batched(resource, items) : items.map((bound): Bound => ({ bound, more: [] }));
  const asks = parents.flatMap(({ bound, more }) => combinations(rule.matrix ?? {}).map((row) => {
    const root = { ...bound, ...row, ...rule.recurse?.start };
    return planned(resource, fields, { bound: root, more, root, depth: 0 });
  }));
  return { asks: unique(asks), end: endOf(resource, { wanted: wanted.length, passedOver: forEach?.when ? sources.filter((item) => !isWanted(item)) : [] }) };
}

/** Where the items found lead on to. An item without a value to bind leads nowhere. */
export function deeperAsks(resource: CompiledResource, ask: PlannedAsk, items: readonly JsonValue[], fields: Values): PlannedAsk[] {
  const bind = resource.recurse?.bind;
  if (!bind) return [];
  return unique(items.flatMap((item) => {
    const values = valuesOf(bind, item);
    if (bind.some(([name]) => isBlank(values[name]))) return [];
    return [planned(resource, fields, { bound: { ...ask.root, ...values }, more: ask.more, root: ask.root, depth: ask.depth + 1 })];
  }));
}
