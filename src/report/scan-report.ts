/** The page model of a scan report. Owns: what is in it and in which order. Pure: every date and hash comes in. */
import { type DateWords, dateWords } from './dates.js';
import type { Cover, Heading, MethodSection, ReportSeal, SignOff, VerifySection } from './report-model.js';
import { type ScanReportInput, isWholeScan } from './scan-input.js';
import {
  type CheckSection, type CompletenessSection, type DriftSection, type FindingSection, type FlowSection,
  checkSection, completenessSection, driftSection, findingSection, flowSection,
} from './scan-sections.js';
import { type ScanSummary, scanSummary } from './scan-summary.js';
import { verifySection } from './verify-section.js';
import { clip, count, sentence } from './words.js';

export interface ScanReportModel {
  readonly lang: string;
  readonly documentTitle: string;
  readonly cover: Cover;
  readonly summary: ScanSummary;
  readonly completeness: CompletenessSection;
  readonly findings: FindingSection;
  readonly drift: DriftSection;
  readonly flows: FlowSection;
  readonly checks: CheckSection;
  readonly method: MethodSection;
  readonly signOffs: Heading & { readonly rows: readonly SignOff[] };
  readonly verify: VerifySection;
}

const COVER_NAME = 80;

export function scanReportModel(input: ScanReportInput, seal: ReportSeal): ScanReportModel {
  const dates = dateWords(input.timeZone, input.asOf);
  const title = 'Scan report';
  return {
    lang: 'en',
    documentTitle: `${title}: ${input.platform.name}`,
    cover: cover(input, dates, title),
    summary: scanSummary(input, dates),
    completeness: completenessSection(input),
    findings: findingSection(input, dates),
    drift: driftSection(input, dates),
    flows: flowSection(input),
    checks: checkSection(input),
    method: { heading: '6 Method and population', intro: '', paragraphs: methodParagraphs(input, dates) },
    signOffs: signOffs(input, dates),
    verify: verifySection(
      { heading: '8 How to check this report', reportId: input.reportId, auditCheckpoint: input.auditCheckpoint, madeAt: dates.moment(input.asOf) }, seal,
    ),
  };
}

function cover(input: ScanReportInput, dates: DateWords, title: string): Cover {
  const { platform, scan } = input;
  const warnings = [
    platform.isDemo ? 'Demo estate: made up to show what Plumbline does. Nothing in here is about a real system.' : null,
    isWholeScan(input) ? null : 'Incomplete scan: part of the platform could not be read. What is missing is named on the next page.',
  ].filter((warning) => warning !== null);
  return {
    title,
    subject: clip(platform.name, COVER_NAME),
    tenant: clip(input.tenantName, COVER_NAME),
    warning: warnings.length === 0 ? null : warnings.join(' '),
    facts: [
      { label: 'Platform', value: `${platform.name} (${platform.connector}, ${platform.environment})` },
      { label: 'Address', value: platform.baseUrl },
      { label: 'Tenant', value: input.tenantName },
      { label: 'Scanned', value: `${dates.moment(scan.startedAt)} to ${dates.moment(scan.finishedAt)}` },
      { label: 'Started by', value: scan.trigger },
      { label: 'Read', value: `${count(scan.resourceCount, 'resource')}, ${isWholeScan(input) ? 'complete' : 'not complete'}` },
      { label: 'Baseline', value: baselineWords(input, dates) },
      { label: 'As of', value: dates.moment(input.asOf) },
      { label: 'Rests on snapshot', value: scan.snapshotRoot },
      { label: 'Scan', value: scan.id },
      { label: 'Report', value: input.reportId },
    ],
  };
}

function baselineWords(input: ScanReportInput, dates: DateWords): string {
  const { baseline } = input;
  if (baseline === null) return 'none approved yet';
  if (baseline.approvedBy === null) return `v${baseline.version}, proposed by ${baseline.proposedBy}, not approved yet`;
  return `v${baseline.version}, proposed by ${baseline.proposedBy}, approved by ${baseline.approvedBy} on ${dates.day(baseline.approvedAt)}`;
}

function methodParagraphs(input: ScanReportInput, dates: DateWords): MethodSection['paragraphs'] {
  const types = input.completeness.filter((entry) => entry.state === 'collected' || entry.state === 'empty').length;
  return [
    { lead: 'Population.', text: `Everything that the key given to Plumbline could read on ${input.platform.name} between ${dates.moment(input.scan.startedAt)} and ${dates.moment(input.scan.finishedAt)}: ${count(input.scan.resourceCount, 'resource')} of ${count(types, 'resource type')}, without sampling. Types that could not be read are listed in section 1 and are part of no verdict.` },
    { lead: 'Reading.', text: 'Only requests that change nothing on the platform. Secrets are replaced before anything is stored; what stands in their place shows whether a secret changed, never its value.' },
    { lead: 'Judging.', text: `${sentence(count(input.checkResults.length, 'check'))}, each a rule with a version (section 5), applied to every resource it is about. A check ends as pass, fail, not applicable, could not verify or waived. Could not verify and waived never count as pass.` },
    { lead: 'Comparing.', text: 'The configuration was compared with the approved baseline by the identity of each item. Order, position on the canvas and saves without a change are no difference.' },
    { lead: 'Limits.', text: 'A configuration shows what a platform is set up to do, not what it did. Addresses that are computed at run time cannot be read from it. Findings show the state at the time of the scan.' },
  ];
}

function signOffs(input: ScanReportInput, dates: DateWords): ScanReportModel['signOffs'] {
  const { baseline } = input;
  const open = { name: '', date: '' };
  const approval = baseline === null
    ? []
    : [
        { role: `Proposed baseline v${baseline.version}`, name: baseline.proposedBy, date: '' },
        { role: `Approved baseline v${baseline.version}`, name: baseline.approvedBy ?? 'not approved yet', date: baseline.approvedAt === null ? '' : dates.day(baseline.approvedAt) },
      ];
  return {
    heading: '7 Sign-offs',
    intro: 'Approvals on record, and room for those who take note of this report.',
    rows: [...approval, { role: 'Platform owner', ...open }, { role: 'Compliance officer', ...open }, { role: 'Auditor', ...open }],
  };
}
