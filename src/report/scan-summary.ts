/** The one page of a scan report that a busy person can stop after: verdict, coverage, five things, what changed, what was not seen. */
import { SEVERITIES, type Severity, severityRank } from '../model/severity.js';
import type { CompletenessEntry } from '../model/snapshot.js';
import type { DateWords } from './dates.js';
import { groupBy } from './group-by.js';
import type { Heading } from './report-model.js';
import { type ReportFinding, type ScanReportInput, isWholeScan } from './scan-input.js';
import { SEVERITY_WORDS, clip, count, findingNumber, list, percent, place, sentence } from './words.js';
import { isPartlyCompared, unreadReason } from './scan-sections.js';

export type VerdictTone = 'bad' | 'unsure' | 'good';

export interface SeverityCount {
  readonly severityMark: Severity;
  readonly word: string;
  readonly count: string;
  /** width of the bar, 0 to 300 */
  readonly bar: number;
}

export interface TopThing {
  readonly severityMark: Severity;
  readonly word: string;
  readonly title: string;
  readonly detail: string;
}

export interface ScanSummary extends Heading {
  readonly toneMark: VerdictTone;
  readonly verdict: string;
  readonly coverage: string;
  /** widths of the coverage bar's two parts, summing to 300 */
  readonly judgedBar: number;
  readonly unjudgedBar: number;
  readonly severityTitle: string;
  readonly severities: readonly SeverityCount[];
  readonly things: { readonly heading: string; readonly items: readonly TopThing[]; readonly none: string | null };
  readonly changed: { readonly heading: string; readonly intro: string; readonly items: readonly { severityMark: Severity; word: string; text: string }[] };
  readonly unseen: { readonly heading: string; readonly intro: string; readonly items: readonly string[] };
}

const BAR = 300;
const TOP = 5;
const CHANGES_SHOWN = 3;
const UNSEEN_SHOWN = 3;
const NAME_SHOWN = 60;

export function scanSummary(input: ScanReportInput, dates: DateWords): ScanSummary {
  const failing = input.findings.filter((finding) => finding.outcome === 'fail');
  const coverage = coverageOf(input);
  const judgedBar = coverage.total === 0 ? 0 : Math.round((coverage.judged / coverage.total) * BAR);
  return {
    heading: 'Summary',
    intro: `${clip(input.platform.name, NAME_SHOWN)}, as of ${dates.moment(input.asOf)}`,
    ...verdict(input, failing, coverage),
    coverage: coverageSentence(coverage, dates.moment(input.asOf)),
    judgedBar,
    unjudgedBar: coverage.total === 0 ? 0 : BAR - judgedBar,
    severityTitle: failing.length === 0 ? 'No findings are open' : `${sentence(count(failing.length, 'finding'))} open, by severity`,
    severities: severityCounts(failing),
    things: things(failing, coverage.judged === coverage.total && isWholeScan(input)),
    changed: changed(input, dates),
    unseen: unseen(input),
  };
}

interface Coverage {
  readonly judged: number;
  readonly total: number;
  readonly notApplicable: number;
}

/** A check that is about nothing on this platform is neither judged nor missed. */
function coverageOf(input: ScanReportInput): Coverage {
  const notApplicable = input.checkResults.filter((result) => result.outcome === 'not-applicable').length;
  const missed = input.checkResults.filter((result) => result.outcome === 'could-not-verify').length;
  const total = input.checkResults.length - notApplicable;
  return { judged: total - missed, total, notApplicable };
}

function coverageSentence(coverage: Coverage, at: string): string {
  const rest = coverage.notApplicable === 0 ? '' : ` ${sentence(count(coverage.notApplicable, 'more check'))} ${coverage.notApplicable === 1 ? 'is' : 'are'} about nothing on this platform.`;
  if (coverage.total === 0) return `No check could be applied, as of ${at}.${rest}`;
  return `${coverage.judged} of ${count(coverage.total, 'check')} could be judged (${percent(coverage.judged, coverage.total)}%), as of ${at}.${rest}`;
}

function verdict(input: ScanReportInput, failing: readonly ReportFinding[], coverage: Coverage): Pick<ScanSummary, 'toneMark' | 'verdict'> {
  const name = clip(input.platform.name, NAME_SHOWN);
  const missed = coverage.total - coverage.judged;
  const gaps = [
    ...(missed > 0 ? [`${count(missed, 'check')} could not be judged`] : []),
    ...(isWholeScan(input) ? [] : ['the scan is not complete']),
  ];
  if (failing.length > 0) {
    const worst = SEVERITIES.find((severity) => failing.some((finding) => finding.severity === severity)) ?? 'info';
    const parts = SEVERITIES.slice(0, 3).map((severity) => [severity, failing.filter((finding) => finding.severity === severity).length] as const)
      .filter(([, number]) => number > 0).map(([severity, number]) => `${number} ${severity}`);
    const weight = parts.length === 0 ? '' : `: ${list(parts)}`;
    const also = gaps.length === 0 ? '' : ` Beyond that, ${list(gaps)}.`;
    const tone = severityRank(worst) <= severityRank('high') ? 'bad' : 'unsure';
    return { toneMark: tone, verdict: `${name} does not meet the policy. ${sentence(count(failing.length, 'finding'))} ${failing.length === 1 ? 'is' : 'are'} open${weight}.${also}` };
  }
  if (coverage.total === 0) return { toneMark: 'unsure', verdict: `Nothing can be said about ${name}: no check could be applied.` };
  if (gaps.length > 0) return { toneMark: 'unsure', verdict: `No check failed on ${name}, but ${list(gaps)}. That is not a pass.` };
  return { toneMark: 'good', verdict: `${name} meets the policy: all ${count(coverage.total, 'check')} passed or are waived, and everything was read.` };
}

function severityCounts(failing: readonly ReportFinding[]): SeverityCount[] {
  const counts = SEVERITIES.map((severity) => failing.filter((finding) => finding.severity === severity).length);
  const most = Math.max(1, ...counts);
  return SEVERITIES.map((severity, index) => ({
    severityMark: severity, word: SEVERITY_WORDS[severity], count: String(counts[index] ?? 0), bar: Math.round(((counts[index] ?? 0) / most) * BAR),
  }));
}

/** The same failure in twelve places is one thing that matters, not twelve. */
function things(failing: readonly ReportFinding[], allSeen: boolean): ScanSummary['things'] {
  const groups = [...groupBy(failing, (finding) => finding.checkId).values()].map((group) => group.toSorted((a, b) => a.number - b.number));
  const items = groups
    .flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], size: group.length }]))
    .toSorted((a, b) => severityRank(a.first.severity) - severityRank(b.first.severity) || b.size - a.size || a.first.number - b.first.number)
    .slice(0, TOP)
    .map(({ first, size }) => ({
      severityMark: first.severity, word: SEVERITY_WORDS[first.severity], title: clip(first.title, 80),
      detail: `${size === 1 ? 'In' : `In ${count(size, 'place')}, first`} ${clip(place(first.location, first.resource.name), 76)} (${findingNumber(first.number)})`,
    }));
  const heading = items.length === TOP ? 'The five things that matter' : 'What matters most';
  return { heading, items, none: items.length > 0 ? null : `No check failed.${allSeen ? '' : ' Look at what could not be seen before calling it clean.'}` };
}

function changed(input: ScanReportInput, dates: DateWords): ScanSummary['changed'] {
  const heading = 'What changed since the baseline';
  if (input.baseline === null || input.baseline.approvedAt === null) {
    return { heading, intro: 'No baseline is approved, so nothing can be said about change. Approve a scan to have the next one compared with it.', items: [] };
  }
  const since = `baseline v${input.baseline.version} of ${dates.day(input.baseline.approvedAt)}`;
  const items = input.drift.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity)).slice(0, CHANGES_SHOWN)
    .map((item) => ({ severityMark: item.severity, word: SEVERITY_WORDS[item.severity], text: clip(item.sentence, 150) }));
  const more = input.drift.length > items.length ? ` The ${items.length} gravest are below, all are in section 3.` : '';
  const blind = isPartlyCompared(input) ? ' What was not fully read is not compared.' : '';
  const nothing = blind === '' ? 'Nothing changed' : 'Nothing that was read changed';
  const intro = `${input.drift.length === 0 ? nothing : sentence(count(input.drift.length, 'change'))} since ${since}.${blind}${more}`;
  return { heading, intro, items };
}

function unseen(input: ScanReportInput): ScanSummary['unseen'] {
  const heading = 'What could not be seen';
  const missing = input.completeness.filter((entry: CompletenessEntry) => entry.state !== 'collected' && entry.state !== 'empty');
  const missed = input.checkResults.filter((result) => result.outcome === 'could-not-verify').length;
  if (missing.length === 0 && missed === 0) {
    const intro = isWholeScan(input) ? 'Everything that was asked for was read, and every check could be judged.' : 'The scan did not end as complete, although each part of it was read.';
    return { heading, intro, items: [] };
  }
  const items = missing.slice(0, UNSEEN_SHOWN).map((entry) => `${clip(entry.title, 40)}: ${clip(unreadReason(entry), 110)}`);
  const more = missing.length > items.length ? ` The first ${items.length} are below, all are in section 1.` : '';
  const read = missing.length === 0 ? 'Every part was read' : `${count(missing.length, 'part')} of the platform ${missing.length === 1 ? 'was' : 'were'} not fully read`;
  const judged = missed === 0 ? '' : `; ${count(missed, 'check')} could not be judged (section 5)`;
  return { heading, intro: `${sentence(read)}${judged}.${more}`, items };
}
