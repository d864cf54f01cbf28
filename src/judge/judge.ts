/**
 * Runs checks over the resources of one snapshot. Owns the outcomes: what could not be read or evaluated is could-not-verify,
 * never pass. Does not own waivers, numbers or storage.
 */
import type { CheckResult, Judgement } from '../model/finding.js';
import type { ResourceKind, Resource } from '../model/resource.js';
import { sha256 } from '../model/canonical.js';
import { WHOLE, kindsOfType, type CompletenessEntry } from '../model/snapshot.js';
import type { Check } from './check.js';
import { compileExpression, firstLine, type Expression, type ExpressionContext } from './expression.js';
import { createGraphs, type GraphOf } from './graph.js';
import { fillMessage } from './message.js';
import { ONLY_GROWS, apartFromMore, countsPeople, restsOn } from './rests-on.js';

export interface Judged {
  /** every outcome but pass and not-applicable, sorted by check, kind and key */
  judgements: Judgement[];
  /** one per check, sorted by check */
  results: CheckResult[];
}

type Verdict = { outcome: 'pass' | 'fail' | 'not-applicable' } | { outcome: 'could-not-verify'; reason: string };

/** A resource with what expressions see of it. */
interface Subject {
  resource: Resource;
  context: ExpressionContext;
}

interface Estate {
  byKind: Map<ResourceKind, Subject[]>;
  /** steps only, by class */
  byClass: Map<ResourceKind, Map<string, Subject[]>>;
  graphOf: GraphOf;
  unread: readonly CompletenessEntry[];
  typesRead: ReadonlySet<string>;
}

const NOT_APPLICABLE: Verdict = { outcome: 'not-applicable' };
const NO_GRAPH = { upstream: [], downstream: [], inputs: [], openEntry: false };

export interface JudgeInput {
  resources: readonly Resource[];
  completeness: readonly CompletenessEntry[];
  checks: readonly Check[];
  /** ids of the connectors that the resources came through; checks for other platforms are then not applicable */
  connectors?: readonly string[];
  /** the types that earlier scans of the platform had an answer for: what it never had, such as a list of a larger plan, is not missing now */
  typesRead?: ReadonlySet<string>;
}

export function judge(input: JudgeInput): Judged {
  const estate = survey(input);
  const judged: Judged = { judgements: [], results: [] };
  for (const check of [...input.checks].sort((a, b) => compareText(a.id, b.id))) {
    if (isForeign(check, input.connectors)) judged.results.push(resultOf(check, { pass: 0, fail: 0, notApplicable: 0, couldNotVerify: 0 }, new Set()));
    else judgeCheck(check, estate, judged);
  }
  return judged;
}

function isForeign(check: Check, connectors: readonly string[] | undefined): boolean {
  const wanted = check.appliesTo.connectors;
  return wanted !== undefined && connectors !== undefined && !connectors.some((id) => wanted.includes(id));
}

function survey({ resources, completeness, typesRead = new Set() }: JudgeInput): Estate {
  const workflows = new Map(resources.filter((resource) => resource.kind === 'workflow').map((resource) => [resource.key, resource]));
  const platform = resources.find((resource) => resource.kind === 'platform-settings')?.properties ?? {};
  const shared = { platform, estate: countPeople(resources) };
  const byKind: Estate['byKind'] = new Map();
  const byClass: Estate['byClass'] = new Map();
  for (const resource of resources) {
    const subject = { resource, context: contextOf(resource, workflows, shared) };
    put(byKind, resource.kind, subject);
    const kindClass = resource.properties['class'];
    if (typeof kindClass !== 'string') continue;
    let classes = byClass.get(resource.kind);
    if (classes === undefined) byClass.set(resource.kind, (classes = new Map()));
    put(classes, kindClass, subject);
  }
  const unread = completeness.filter((entry) => entry.state !== 'collected' && entry.state !== 'empty');
  return { byKind, byClass, graphOf: createGraphs(resources, workflows), unread, typesRead };
}

/** Invited people who never came and accounts that are switched off do not count. */
function countPeople(resources: readonly Resource[]): ExpressionContext['estate'] {
  const users = resources.filter(({ kind, properties }) => kind === 'user' && properties['disabled'] !== true && properties['pending'] !== true);
  return { users: users.length, admins: users.filter((user) => user.properties['administrator'] === true).length };
}

function contextOf(resource: Resource, workflows: ReadonlyMap<string, Resource>, shared: Pick<ExpressionContext, 'platform' | 'estate'>): ExpressionContext {
  const parent = resource.properties['workflow'];
  const workflow = resource.kind === 'workflow' ? resource : typeof parent === 'string' ? workflows.get(parent) : undefined;
  return {
    resource: { kind: resource.kind, key: resource.key, name: resource.name },
    p: resource.properties, workflow: workflow?.properties ?? {}, graph: NO_GRAPH, ...shared,
  };
}

function judgeCheck(check: Check, estate: Estate, into: Judged): void {
  const program = { when: check.when === undefined ? null : compileExpression(check.when), fails: compileExpression(check.expression) };
  const counts = { pass: 0, fail: 0, notApplicable: 0, couldNotVerify: 0 };
  const found: Judgement[] = [];
  const reasons = new Set<string>();
  for (const subject of subjectsOf(check, estate)) {
    const verdict = doubted(judgeOne(check, program, { subject, graphOf: estate.graphOf }), check, { subject, estate, program });
    if ('reason' in verdict) {
      counts.couldNotVerify += 1;
      reasons.add(verdict.reason);
      found.push(judgement(check, subject.resource, { outcome: 'could-not-verify', message: verdict.reason }));
    } else if (verdict.outcome === 'pass') counts.pass += 1;
    else if (verdict.outcome === 'not-applicable') counts.notApplicable += 1;
    else {
      counts.fail += 1;
      found.push(judgement(check, subject.resource, { outcome: 'fail', message: fillMessage(check.message, subject.resource) }));
    }
  }
  const unread = estate.unread.filter((entry) => leavesOpen(entry, check, estate));
  if (unread.length > 0) {
    const reason = unread.map(unreadReason).join(' ');
    counts.couldNotVerify += 1;
    reasons.add(reason);
    found.push(judgement(check, unreadResource(check, unread), { outcome: 'could-not-verify', message: reason }));
  }
  into.judgements.push(...found.sort(byResource));
  into.results.push(resultOf(check, counts, reasons));
}

/** A failure that rests on a fact worked out with a list that is missing may be false, and so may one of a resource that shows only without it. What it holds against the resource is not known. */
function doubted(verdict: Verdict, check: Check, { subject, estate, program }: { subject: Subject; estate: Estate; program: Program }): Verdict {
  if (verdict.outcome !== 'fail') return verdict;
  const { kind } = subject.resource;
  const byJoin = estate.unread.filter((entry) => restsOn(check, kind, entry));
  const isSeen = byJoin.length > 0 && restsOnSeen(check, program, { subject, estate });
  const missing = estate.unread.filter((entry) => (byJoin.includes(entry) && (!isSeen || restsOn(check, kind, apartFromMore(entry)))) || (entry.joined?.[kind]?.includes(WHOLE) === true && wasThere(entry, estate)));
  return missing.length === 0 ? verdict : { outcome: 'could-not-verify', reason: missing.map(unreadReason).join(' ') };
}

/** Whether it fails by what was seen in the resource: without that it does not fail. A failure by its absence stays one. */
function restsOnSeen(check: Check, program: Program, { subject, estate }: { subject: Subject; estate: Estate }): boolean {
  const { [ONLY_GROWS]: seen, ...without } = subject.context.p;
  if (!Array.isArray(seen) || seen.length === 0) return false;
  return judgeOne(check, program, { subject: { ...subject, context: { ...subject.context, p: without } }, graphOf: estate.graphOf }).outcome !== 'fail';
}

/** The settings of a platform are one resource: when it is there, each of its properties says by itself whether it is known. */
function leavesOpen(entry: CompletenessEntry, check: Check, estate: Estate): boolean {
  if (check.appliesTo.kinds.some((kind) => estate.byKind.has(kind) && restsOn(check, kind, entry))) return true;
  if (countsPeople(check) && kindsOfType(entry).includes('user') && isMissing(entry, estate)) return true;
  return kindsOfType(entry).some((kind) => check.appliesTo.kinds.includes(kind) && !(kind === 'platform-settings' && estate.byKind.has(kind)));
}

/** A list that the platform never had is no gap, as long as another one tells of the same. */
function isMissing(entry: CompletenessEntry, estate: Estate): boolean {
  return entry.state !== 'unavailable' || wasThere(entry, estate) || !estate.byKind.has('user');
}

function wasThere({ type, read }: CompletenessEntry, { typesRead }: Estate): boolean {
  return read > 0 || typesRead.has(type);
}

function* subjectsOf(check: Check, estate: Estate): Generator<Subject> {
  for (const kind of new Set(check.appliesTo.kinds)) {
    if (check.appliesTo.classes === undefined) yield* estate.byKind.get(kind) ?? [];
    else for (const wanted of new Set(check.appliesTo.classes)) yield* estate.byClass.get(kind)?.get(wanted) ?? [];
  }
}

interface Program {
  when: Expression | null;
  fails: Expression;
}

function judgeOne(check: Check, program: Program, { subject, graphOf }: { subject: Subject; graphOf: GraphOf }): Verdict {
  const properties = subject.context.p;
  if (!check.appliesTo.disabled && properties['enabled'] === false && properties['workflow'] !== undefined) return NOT_APPLICABLE;
  const presumed = program.when?.presumes ?? null;
  if (presumed !== null && !Object.hasOwn(properties, presumed)) return NOT_APPLICABLE;
  const asksGraph = program.fails.usesGraph || program.when?.usesGraph === true;
  const context = asksGraph ? { ...subject.context, graph: graphOf(subject.resource) } : subject.context;
  try {
    if (program.when !== null && !truth(program.when.evaluate(context))) return NOT_APPLICABLE;
    for (const need of check.needs) {
      if (isMet(need, context)) continue;
      return { outcome: 'could-not-verify', reason: need.reason ?? `The platform does not tell “${need.property}” of “${subject.resource.name}”.` };
    }
    return { outcome: truth(program.fails.evaluate(context)) ? 'fail' : 'pass' };
  } catch (error) {
    return { outcome: 'could-not-verify', reason: `The check could not be worked out: ${firstLine(error instanceof Error ? error.message : undefined)}.` };
  }
}

/** Connectors write `unknown` where a platform keeps a fact to itself. */
function isMet(need: Check['needs'][number], context: ExpressionContext): boolean {
  if (need.condition !== null) return truth(compileExpression(need.condition).evaluate(context));
  const known = need.property === null ? undefined : context.p[need.property];
  return known !== undefined && known !== null && known !== 'unknown';
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError('the expression yields neither true nor false');
  return value;
}

function judgement(check: Check, resource: Resource, verdict: Pick<Judgement, 'outcome' | 'message'>): Judgement {
  return {
    checkId: check.id, checkVersion: check.version, title: check.title, severity: check.severity, ...verdict,
    resource: { kind: resource.kind, key: resource.key, name: resource.name }, location: resource.location,
    fingerprint: sha256(`${check.id}|${resource.kind}|${resource.key}`),
  };
}

/**
 * What stands for everything that a check could not look at because its types were not read: kind `platform-settings`, key
 * `unread:<first kind of the check>`, named by the titles of the types. It exists only in judgements, never in a snapshot.
 */
function unreadResource(check: Check, unread: readonly CompletenessEntry[]): Resource {
  return {
    kind: 'platform-settings', key: `unread:${check.appliesTo.kinds[0]}`, name: unread.map((entry) => entry.title).join(', '), properties: {},
    location: { file: null, workflow: null, step: null }, evidence: { request: '', pageHash: '', path: '' },
  };
}

const UNREAD_WORDS = { collected: 'read', empty: 'empty', forbidden: 'no permission', unavailable: 'not available', partial: 'partly read', suspect: 'far fewer than before', failed: 'not read' } as const;

function unreadReason(entry: CompletenessEntry): string {
  const amount = entry.state === 'partial' ? `, ${entry.read} of ${entry.expected ?? 'an unknown number'}` : '';
  return `${entry.title}: ${UNREAD_WORDS[entry.state]}${amount}${tail(entry)}.`;
}

function tail(entry: CompletenessEntry): string {
  if (entry.missing !== null) return `, needs \`${entry.missing}\``;
  return entry.reason === null ? '' : ` (${entry.reason.replace(/\.$/, '')})`;
}

/** The worst of what was seen. A failure is shown as fail, and the reason still tells what could not be judged. */
function resultOf(check: Check, counts: CheckResult['counts'], reasons: ReadonlySet<string>): CheckResult {
  const outcome = counts.fail > 0 ? 'fail' : counts.couldNotVerify > 0 ? 'could-not-verify' : counts.pass > 0 ? 'pass' : 'not-applicable';
  const [first] = reasons;
  const more = reasons.size > 1 ? ` (and ${reasons.size - 1} more reasons)` : '';
  return {
    checkId: check.id, checkVersion: check.version, title: check.title, severity: check.severity, outcome, counts,
    reason: first === undefined ? null : `${first}${more}`,
  };
}

function byResource(a: Judgement, b: Judgement): number {
  return compareText(a.resource.kind, b.resource.kind) || compareText(a.resource.key, b.resource.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function put<K>(map: Map<K, Subject[]>, key: K, subject: Subject): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [subject]);
  else list.push(subject);
}
