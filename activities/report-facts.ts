/** The facts of a report, read in one transaction. Owns: gathering them from the store. Which of them is shown, and how, is src/report's. */
import { textHash } from '../src/assess/index.js';
import { loadConnectors } from '../src/collect/index.js';
import type { Answer, AnswerValue, Question } from '../src/model/assessment.js';
import type { DriftItem } from '../src/model/drift.js';
import { PlumblineError } from '../src/model/errors.js';
import { isComplete } from '../src/model/snapshot.js';
import type { AssessmentReportInput, AuditPosition, ReportFinding, ScanReportInput } from '../src/report/index.js';
import {
  auditHead, findPlatform, findingsOfScan, getAssessment, getBaseline, getReport, getScan, getTenant, listCheckResults, listDrift, listMails, readFlows, type Finding, type Page, type Scan, type TenantTx,
} from '../src/store/index.js';

const TIME_ZONE = 'UTC';
const PAGE_LIMIT = 200;

export async function scanReportFacts(tx: TenantTx, reportId: string, packsRoot: string): Promise<ScanReportInput> {
  const report = await getReport(tx, reportId);
  const scan = await getScan(tx, report.subjectId);
  const { root, finishedAt } = scan;
  if (root === null || finishedAt === null) throw new PlumblineError('PLB-SCAN-001', 'This scan ended without a snapshot, so there is nothing to report on.', { scanId: scan.id });
  const platform = await findPlatform(tx, scan.platformId);
  const connectorId = platform?.connectorId ?? 'unknown';
  return {
    reportId, tenantName: (await getTenant(tx)).name, asOf: report.asOf, timeZone: TIME_ZONE,
    platform: {
      name: platform?.name ?? 'a removed platform', connector: (await loadConnectors(packsRoot)).get(connectorId)?.title ?? connectorId, baseUrl: platform?.baseUrl ?? '',
      environment: platform?.environment ?? 'unknown', isDemo: platform?.isDemo ?? false,
    },
    scan: { id: scan.id, trigger: TRIGGER_WORDS[scan.trigger], startedAt: scan.startedAt, finishedAt, resourceCount: scan.resourceCount ?? 0, snapshotRoot: root, complete: isComplete(scan.completeness) },
    completeness: scan.completeness, checkResults: await listCheckResults(tx, scan.id), findings: (await findingsOfScan(tx, scan.id)).map(toReportFinding), drift: await driftOf(tx, scan),
    baseline: await baselineOf(tx, scan), flows: await readFlows(tx, root), auditCheckpoint: await auditPosition(tx),
  };
}

const TRIGGER_WORDS: Readonly<Record<Scan['trigger'], string>> = { schedule: 'schedule', person: 'a person', first: 'the first connection', api: 'the API' };

function toReportFinding(finding: Finding): ReportFinding {
  const { checkId, checkVersion, title, severity, outcome, location, message, fingerprint, number, firstSeenAt, resource } = finding;
  return { checkId, checkVersion, title, severity, outcome, location, message, fingerprint, number, firstSeenAt, resource: resource as ReportFinding['resource'] };
}

/** What was open against the scan's own baseline when the scan ended. */
async function driftOf(tx: TenantTx, scan: Scan): Promise<DriftItem[]> {
  if (scan.baselineId === null || scan.finishedAt === null) return [];
  const endedAt = scan.finishedAt;
  const all = await everyPage((cursor) => listDrift(tx, { platformId: scan.platformId, includeGone: true, cursor, limit: PAGE_LIMIT }));
  return all.filter((drift) => drift.baselineId === scan.baselineId && drift.firstSeenAt <= endedAt && (drift.goneAt === null || drift.goneAt > endedAt)).map((drift) => drift.item);
}

async function baselineOf(tx: TenantTx, scan: Scan): Promise<ScanReportInput['baseline']> {
  if (scan.baselineId === null) return null;
  const { version, decidedByName, decidedAt, proposedByName, proposedBy } = await getBaseline(tx, scan.baselineId);
  return { version, approvedBy: decidedByName, approvedAt: decidedAt, proposedBy: proposedByName ?? proposedBy };
}

async function auditPosition(tx: TenantTx): Promise<AuditPosition | null> {
  const { size, root } = await auditHead(tx);
  return size === 0 ? null : { size, root: Buffer.from(root).toString('hex') };
}

export async function assessmentReportFacts(tx: TenantTx, reportId: string): Promise<AssessmentReportInput> {
  const report = await getReport(tx, reportId);
  const assessment = await getAssessment(tx, report.subjectId);
  const { questionnaire, vendor, answers } = assessment;
  const given = new Map(answers.map((answer) => [answer.questionId, answer]));
  const mails = await everyPage((cursor) => listMails(tx, { assessmentId: assessment.id, cursor, limit: PAGE_LIMIT }));
  return {
    reportId, tenantName: (await getTenant(tx)).name, asOf: report.asOf, timeZone: TIME_ZONE,
    vendor: { name: vendor.name, website: vendor.website, contactName: assessment.request?.contactName ?? vendor.contactName },
    questionnaire: { id: questionnaire.id, title: questionnaire.title, version: questionnaire.version, source: `${questionnaire.source.framework} ${questionnaire.source.version}` },
    assessment: {
      id: assessment.id, status: assessment.state, createdAt: assessment.createdAt, dueAt: assessment.dueAt, submittedAt: assessment.submittedAt, submittedBy: assessment.submittedBy, decision: assessment.decision,
    },
    sections: questionnaire.sections.map((section) => ({ title: section.title, questions: section.questions.map((question) => toReportQuestion(question, given.get(question.id))) })),
    reminders: mails.flatMap((mail) => (mail.sentAt === null ? [] : [{ kind: mail.kind, sentAt: mail.sentAt, to: mail.recipientName }])).reverse(),
    auditCheckpoint: await auditPosition(tx),
  };
}

/** An answer to another wording is no answer to this one. */
function toReportQuestion(question: Question, answer: Answer | undefined): AssessmentReportInput['sections'][number]['questions'][number] {
  const valid = answer !== undefined && answer.textHash === textHash(question) ? answer : null;
  const { id, controlId, text } = question;
  return { id, controlId, text, answer: valid === null ? null : inWords(question, valid.value), comment: valid?.comment || null, answeredAt: null };
}

/** Choices are shown by their labels; yes and no stay values, which the report marks. */
function inWords(question: Question, value: AnswerValue): AnswerValue {
  const label = (chosen: string): string => question.options?.find((option) => option.value === chosen)?.label ?? chosen;
  if (question.options === undefined) return value;
  return Array.isArray(value) ? value.map(label) : typeof value === 'string' ? label(value) : value;
}

async function everyPage<T>(read: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page: Page<T> = await read(cursor);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
