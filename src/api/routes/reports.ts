/** Reports: ask for one, see how far it is, download the PDF. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import { createReport, findPlatform, getAssessment, getReport, getScan, listReports, type Report as StoredReport, type TenantTx } from '../../store/index.js';
import { personRoute, type Route } from '../route.js';
import { CreateReportRequest, PageQuery, Report, ReportAnswer, ReportList, idOf } from '../schemas.js';
import { startReport } from '../temporal/reports.js';
import { failureView } from '../views/platforms.js';

const ReportParams = z.object({ id: idOf('report') });

function reportView(report: StoredReport): Report {
  const { id, kind, subjectId, title, status, asOf, sha256, bytes, pages, createdAt, finishedAt } = report;
  return { id, kind, subjectId, title, status, asOf, sha256, bytes, pages, createdAt, finishedAt, error: failureView(report.errorCode, report.errorMessage), requestedBy: report.requestedByName ?? 'unknown' };
}

/** Refuses a subject of which there is nothing to report: a scan that runs or failed has no snapshot. */
async function titleOf(tx: TenantTx, request: CreateReportRequest): Promise<string> {
  if (request.kind === 'assessment') {
    const assessment = await getAssessment(tx, request.subjectId);
    return `Assessment of ${assessment.vendorName}: ${assessment.questionnaireTitle}`;
  }
  const scan = await getScan(tx, request.subjectId);
  if (scan.root === null) throw new PlumblineError('PLB-SCAN-001', `This scan is ${scan.status} and has no snapshot to report on.`);
  const platform = await findPlatform(tx, scan.platformId);
  return `Scan of ${platform?.name ?? 'a removed platform'}, ${scan.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Blobs lie under their hash; the hash comes from our own row and is checked before it becomes part of a path. */
function blobPath(folder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new PlumblineError('PLB-REPORT-003', 'The PDF of this report is not there.');
  return join(folder, sha256.slice(0, 2), `${sha256}.pdf`);
}

/** Letters, digits and dashes only: a title can hold anything, and a header must not. */
function fileName(report: StoredReport): string {
  const words = report.title.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80);
  return `plumbline-${words || report.kind}-${report.id.slice(-8)}.pdf`;
}

async function openPdf(folder: string, report: StoredReport): Promise<{ path: string; size: number }> {
  if (report.status !== 'ready' || report.sha256 === null) throw new PlumblineError('PLB-REPORT-003', `This report is ${report.status}; there is no PDF yet.`);
  const path = blobPath(folder, report.sha256);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new PlumblineError('PLB-REPORT-003', 'The PDF of this report is not in the blob folder any more.');
  return { path, size: found.size };
}

export const reportRoutes: readonly Route[] = [
  personRoute('reports.produce', { method: 'POST', url: '/reports', tag: 'reports', summary: 'Produce a PDF report of a scan or an assessment', body: CreateReportRequest, response: ReportAnswer, status: 202, perMinute: 30 }, async ({ portal, body, actor }) => {
    const report = await portal.inTenant(async (tx) => createReport(tx, actor, { ...body, title: await titleOf(tx, body) }));
    await portal.news.tell(`report:${report.id}`, () => startReport(portal.temporal, { tenantId: portal.tenantId, reportId: report.id }));
    return { report: reportView(report) };
  }),
  personRoute('reports.read', { method: 'GET', url: '/reports', tag: 'reports', summary: 'Reports, newest first', query: PageQuery, response: ReportList }, async ({ portal, query }) => {
    const page = await portal.inTenant((tx) => listReports(tx, query));
    return { items: page.items.map(reportView), nextCursor: page.nextCursor };
  }),
  personRoute('reports.read', { method: 'GET', url: '/reports/:id', tag: 'reports', summary: 'One report', params: ReportParams, response: ReportAnswer }, async ({ portal, params }) => ({
    report: reportView(await portal.inTenant((tx) => getReport(tx, params.id))),
  })),
  personRoute('reports.read', { method: 'GET', url: '/reports/:id/pdf', tag: 'reports', summary: 'The signed PDF', params: ReportParams, response: z.any(), stream: 'application/pdf' }, async ({ portal, params, reply }) => {
    const report = await portal.inTenant((tx) => getReport(tx, params.id));
    const { path, size } = await openPdf(portal.blobFolder, report);
    reply.headers({ 'content-disposition': `attachment; filename="${fileName(report)}"`, 'content-length': String(size), 'content-security-policy': "default-src 'none'; sandbox" });
    return createReadStream(path);
  }),
];
