/** The numbered sections of a scan report: what was read, findings, drift, data flows, checks. Owns their rows and sentences. */
import type { DriftItem } from '../model/drift.js';
import type { JsonValue } from '../model/resource.js';
import { type Outcome, SEVERITIES, type Severity, severityRank } from '../model/severity.js';
import { type CompletenessEntry, kindsOfType, type ReadState } from '../model/snapshot.js';
import type { DateWords } from './dates.js';
import { groupBy } from './group-by.js';
import type { Heading } from './report-model.js';
import type { ReportFinding, ScanReportInput } from './scan-input.js';
import { OUTCOME_WORDS, READ_WORDS, SEVERITY_WORDS, count, findingNumber, place, sentence, valueWords } from './words.js';

export interface CompletenessSection extends Heading {
  readonly rows: readonly { title: string; need: string; stateMark: ReadState; state: string; read: string; expected: string; reason: string }[];
}

export interface FindingRow {
  readonly number: string;
  readonly message: string;
  readonly check: string;
  readonly where: string;
  readonly file: string;
  readonly since: string;
}

export interface FindingGroup {
  readonly severityMark: Severity | null;
  readonly outcomeMark: Outcome;
  readonly heading: string;
  readonly intro: string;
  readonly dateHead: string;
  readonly rows: readonly FindingRow[];
}

export interface FindingSection extends Heading {
  readonly groups: readonly FindingGroup[];
}

export interface DriftSection extends Heading {
  readonly items: readonly {
    severityMark: Severity; word: string; sentence: string; where: string;
    edits: readonly { path: string; before: string; after: string }[]; more: string;
  }[];
}

export interface FlowSection extends Heading {
  readonly rows: readonly { host: string; repeatedMark: boolean; workflow: string; steps: string }[];
}

export interface CheckSection extends Heading {
  readonly rows: readonly {
    title: string; id: string; severityMark: Severity; severity: string; outcomeMark: Outcome; outcome: string;
    pass: string; fail: string; couldNotVerify: string; reason: string;
  }[];
}

const EDITS_SHOWN = 12;

/** `no permission (needs the right user:list). The key belongs to a member.` */
export function unreadReason(entry: CompletenessEntry): string {
  const detail = entry.missing !== null ? ` (needs the right ${entry.missing})` : entry.state === 'partial' ? ` (${entry.read} of ${entry.expected ?? 'an unknown number'})` : '';
  return `${READ_WORDS[entry.state]}${detail}.${entry.reason === null || entry.reason === '' ? '' : ` ${sentence(entry.reason)}`}`;
}

const UNREAD_STATES: readonly ReadState[] = ['forbidden', 'partial', 'suspect', 'failed'];
const NAMED = 3;

/** An absence in a part that was not read says nothing of a change. */
export function isPartlyCompared(input: ScanReportInput): boolean {
  return input.completeness.some(({ state }) => UNREAD_STATES.includes(state));
}

/** ` Not compared, because not fully read: Workflows.`, or nothing */
function notCompared(input: ScanReportInput): string {
  const parts = input.completeness.filter(({ state }) => UNREAD_STATES.includes(state));
  return parts.length === 0 ? '' : ` Not compared, because not fully read: ${titles(parts)}.`;
}

function titles(parts: readonly CompletenessEntry[]): string {
  const named = parts.slice(0, NAMED).map(({ title }) => title).join(', ');
  return parts.length > NAMED ? `${named} and ${count(parts.length - NAMED, 'more part')}` : named;
}

export function completenessSection(input: ScanReportInput): CompletenessSection {
  const whole = input.completeness.filter((entry) => entry.state === 'collected' || entry.state === 'empty').length;
  return {
    heading: '1 What was read, and what was not',
    intro: input.completeness.length === 0
      ? 'No part of the platform was read.'
      : `${whole} of ${count(input.completeness.length, 'part')} read in full. Whatever was not read is no pass anywhere in this report.`,
    rows: input.completeness.map((entry) => ({
      title: entry.title, need: entry.required ? 'required' : 'optional', stateMark: entry.state, state: READ_WORDS[entry.state], read: String(entry.read),
      expected: entry.expected === null ? 'not told' : String(entry.expected),
      reason: [entry.missing === null ? null : `Needs the right ${entry.missing}.`, entry.reason].filter((part) => part !== null).join(' '),
    })),
  };
}

export function findingSection(input: ScanReportInput, dates: DateWords): FindingSection {
  const of = (outcome: Outcome): ReportFinding[] => input.findings.filter((finding) => finding.outcome === outcome).toSorted(byWeight);
  const rows = (findings: readonly ReportFinding[]): FindingRow[] => findings.map((finding) => findingRow(finding, dates));
  const failing = of('fail');
  const dateHead = `First seen (${dates.zone})`;
  const groups: FindingGroup[] = SEVERITIES.map((severity) => failing.filter((finding) => finding.severity === severity)).filter((group) => group.length > 0)
    .map((group) => {
      const severity = group[0]?.severity ?? 'info';
      return { severityMark: severity, outcomeMark: 'fail', heading: `${SEVERITY_WORDS[severity]} (${group.length})`, intro: '', dateHead, rows: rows(group) };
    });
  const unverified = of('could-not-verify');
  if (unverified.length > 0) groups.push({ severityMark: null, outcomeMark: 'could-not-verify', heading: `Could not verify (${unverified.length})`, intro: 'Neither pass nor fail: the reason stands with each.', dateHead, rows: rows(unverified) });
  const waived = of('waived');
  if (waived.length > 0) groups.push({ severityMark: null, outcomeMark: 'waived', heading: `Waived (${waived.length})`, intro: 'Failing, and accepted for a time by a person who is on record.', dateHead, rows: rows(waived) });
  return {
    heading: '2 Findings',
    intro: failing.length === 0 ? 'No check failed on what was read.' : `${sentence(count(failing.length, 'finding'))} open, the gravest first. A finding keeps its number in the portal, in exports and in mail.`,
    groups,
  };
}

function byWeight(a: ReportFinding, b: ReportFinding): number {
  return severityRank(a.severity) - severityRank(b.severity) || a.number - b.number;
}

function findingRow(finding: ReportFinding, dates: DateWords): FindingRow {
  return {
    number: findingNumber(finding.number), message: finding.message,
    // a failure says itself what is the case; a reason alone does not tell which check it stood in the way of
    check: `${finding.outcome === 'fail' ? '' : `${finding.title} · `}${finding.checkId} v${finding.checkVersion}`,
    where: place(finding.location, finding.resource.name), file: finding.location.file ?? '', since: dates.stamp(finding.firstSeenAt),
  };
}

export function driftSection(input: ScanReportInput, dates: DateWords): DriftSection {
  const { baseline } = input;
  const items = input.drift.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity)).map((item) => driftRow(item));
  const compared = baseline === null || baseline.approvedAt === null ? null : `baseline v${baseline.version}, approved by ${baseline.approvedBy ?? 'nobody on record'} on ${dates.day(baseline.approvedAt)}`;
  if (compared === null && items.length === 0) return { heading: '3 Changes since the baseline', intro: 'No baseline is approved, so there is nothing to compare with.', items };
  const against = compared ?? 'a baseline that is not approved yet';
  return { heading: '3 Changes since the baseline', intro: `${differences(items.length, input)} from ${against}.${notCompared(input)}`, items };
}

function differences(found: number, input: ScanReportInput): string {
  if (found > 0) return sentence(count(found, 'difference'));
  return notCompared(input) === '' ? 'Nothing differs' : 'Nothing that was read differs';
}

function driftRow(item: DriftItem): DriftSection['items'][number] {
  const all = item.edits.length > 0 ? item.edits : item.path === '' ? [] : [item];
  const edits = all.slice(0, EDITS_SHOWN).map((edit) => {
    const [before, after] = beforeAfter(edit.before, edit.after);
    return { path: edit.path, before, after };
  });
  return {
    severityMark: item.severity, word: SEVERITY_WORDS[item.severity], sentence: item.sentence,
    where: `${item.resource.kind.replaceAll('-', ' ')} ${item.resource.name}`, edits,
    more: all.length > edits.length ? `and ${count(all.length - edits.length, 'more edit')}, in the portal` : '',
  };
}

/** A secret is never shown; whether it changed is. */
function beforeAfter(before: JsonValue | null, after: JsonValue | null): [string, string] {
  const same = JSON.stringify(before) === JSON.stringify(after);
  const mark = (value: JsonValue | null): string => (isSecret(value) ? `${valueWords(value)}, ${same ? 'unchanged' : 'changed'}` : valueWords(value));
  return [mark(before), mark(after)];
}

function isSecret(value: JsonValue | null): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['redacted'] === true;
}

export function flowSection(input: ScanReportInput): FlowSection {
  const hosts = [...groupBy(input.flows, (flow) => flow.host)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rows = hosts.flatMap(([host, flows]) => [...groupBy(flows, (flow) => flow.workflow)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([workflow, steps], index) => ({ host, repeatedMark: index > 0, workflow, steps: [...new Set(steps.map((flow) => flow.step))].toSorted().join(', ') })));
  const workflows = new Set(input.flows.map((flow) => flow.workflow)).size;
  const seen = hosts.length === 0
    ? 'No connection to another host was seen in the configuration.'
    : `${sentence(count(workflows, 'workflow'))} ${workflows === 1 ? 'exchanges' : 'exchange'} data with ${count(hosts.length, 'host')}, as the configuration says. Addresses computed at run time are not in this list.`;
  const blind = input.completeness.filter((entry) => entry.state !== 'collected' && entry.state !== 'empty' && kindsOfType(entry).includes('step'));
  return {
    heading: '4 Data flows',
    intro: blind.length === 0 ? seen : `${hosts.length === 0 ? 'Not known.' : seen} Connections of what was not fully read are not in this list: ${titles(blind)}.`,
    rows,
  };
}

export function checkSection(input: ScanReportInput): CheckSection {
  const by = (outcome: Outcome): number => input.checkResults.filter((result) => result.outcome === outcome).length;
  const counted = (['fail', 'could-not-verify', 'waived', 'pass', 'not-applicable'] as const).filter((outcome) => by(outcome) > 0).map((outcome) => `${by(outcome)} ${OUTCOME_WORDS[outcome]}`);
  return {
    heading: '5 Checks',
    intro: input.checkResults.length === 0 ? 'No check was run.' : `${sentence(count(input.checkResults.length, 'check'))}: ${counted.join(', ')}. The columns count resources.`,
    rows: input.checkResults.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || (a.checkId < b.checkId ? -1 : 1)).map((result) => ({
      title: result.title, id: `${result.checkId} v${result.checkVersion}`, severityMark: result.severity, severity: SEVERITY_WORDS[result.severity],
      outcomeMark: result.outcome, outcome: OUTCOME_WORDS[result.outcome], pass: String(result.counts.pass), fail: String(result.counts.fail),
      couldNotVerify: String(result.counts.couldNotVerify), reason: result.reason ?? '',
    })),
  };
}
