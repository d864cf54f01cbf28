/** Making one report. Owns: the order render, write, publish. A file is in the blob folder before the store says that it is ready. */
import { open, mkdir, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { RenderedReport, ReportDeps } from '../src/report/index.js';
import { failReport, finishReport, getReport, startReport } from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';
import { assessmentReportFacts, scanReportFacts } from './report-facts.js';
import type { ReportActivities } from '../src/contracts/activities.js';

export function createReportActivities(deps: ActivityDeps): ReportActivities {
  return {
    async renderReport({ tenantId, reportId }) {
      const report = await deps.store.tenant(tenantId, async (tx) => {
        await startReport(tx, reportId);
        return getReport(tx, reportId);
      });
      if (report.status === 'ready' && report.sha256 !== null && report.pages !== null) return { sha256: report.sha256, pages: report.pages };
      const rendered = await render(deps, tenantId, reportId);
      const { pdf, sha256, pages } = rendered;
      await writeBlob(deps.blobFolder, sha256, pdf);
      await deps.store.tenant(tenantId, (tx) => finishReport(tx, { reportId, sha256, bytes: pdf.byteLength, pages }));
      return { sha256, pages };
    },
    failReport: ({ tenantId, ...failure }) => deps.store.tenant(tenantId, async (tx) => void (await failReport(tx, failure))),
  };
}

async function render(deps: ActivityDeps, tenantId: string, reportId: string): Promise<RenderedReport> {
  const { kind } = await deps.store.tenant(tenantId, (tx) => getReport(tx, reportId));
  // Brings Puppeteer and three libraries for PDF along: a worker that only scans need not hold them.
  const { renderAssessmentReport, renderScanReport } = await import('../src/report/index.js');
  const signing = typeof deps.signing === 'function' ? await deps.signing() : deps.signing;
  const tools = async (): Promise<ReportDeps> => ({ renderer: await deps.renderer(), signing, templatesRoot: deps.templatesRoot });
  if (kind === 'assessment') {
    const facts = await deps.store.tenant(tenantId, (tx) => assessmentReportFacts(tx, reportId));
    return renderAssessmentReport(await tools(), facts);
  }
  const facts = await deps.store.tenant(tenantId, (tx) => scanReportFacts(tx, reportId, deps.packsRoot));
  return renderScanReport(await tools(), facts);
}

/** Under its own hash, so that writing twice is writing the same. On disk, not only in the cache, before anybody is told. */
export async function writeBlob(folder: string, sha256: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, sha256.slice(0, 2), `${sha256}.pdf`);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeAndSync(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return path;
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name must survive a power cut as well as the content. Some systems do not let a folder be synced; there the rename has to do. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
