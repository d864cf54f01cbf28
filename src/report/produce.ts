/** From facts to a published-ready PDF: model, page, print, archive form, signature, and the check of what came out. */
import { canonicalJson, sha256 } from '../model/canonical.js';
import { PlumblineError } from '../model/errors.js';
import { type AssessmentReportInput, assessmentReportModel } from './assessment-report.js';
import type { Renderer } from './chromium.js';
import { loadReportFonts } from './fonts.js';
import { postProcess } from './post-process.js';
import { printableModel, wholeCharacters } from './printable.js';
import type { ReportSeal } from './report-model.js';
import type { ScanReportInput } from './scan-input.js';
import { scanReportModel } from './scan-report.js';
import { type SigningIdentity, signPdf, signingFingerprint } from './sign.js';
import { type ReportKind, loadReportTemplates } from './templates.js';
import { type TextCheck, assertTextMatches, checkText } from './text-check.js';
import { verifyPdf } from './verify.js';

export interface ReportDeps {
  readonly renderer: Renderer;
  readonly signing: SigningIdentity;
  /** the folder `templates/` of the installation */
  readonly templatesRoot: string;
}

export interface RenderedReport {
  readonly pdf: Uint8Array;
  /** of the file */
  readonly sha256: string;
  readonly pages: number;
  /** of the data, as printed in the foot */
  readonly contentHash: string;
}

interface Job {
  readonly kind: ReportKind;
  readonly reportId: string;
  readonly asOf: string;
  readonly contentHash: string;
  readonly model: { readonly lang: string; readonly documentTitle: string };
}

interface Draft {
  readonly pdf: Uint8Array;
  readonly pages: number;
  readonly check: TextCheck;
}

export async function renderScanReport(deps: ReportDeps, input: ScanReportInput): Promise<RenderedReport> {
  const seal = sealOf(deps, input);
  return render(deps, { kind: 'scan', reportId: input.reportId, asOf: input.asOf, contentHash: seal.contentHash, model: scanReportModel(input, seal) });
}

export async function renderAssessmentReport(deps: ReportDeps, input: AssessmentReportInput): Promise<RenderedReport> {
  const seal = sealOf(deps, input);
  return render(deps, { kind: 'assessment', reportId: input.reportId, asOf: input.asOf, contentHash: seal.contentHash, model: assessmentReportModel(input, seal) });
}

function sealOf(deps: ReportDeps, input: unknown): ReportSeal {
  return { contentHash: sha256(canonicalJson(wellFormed(input))), certificateFingerprint: signingFingerprint(deps.signing) };
}

/** Half a surrogate pair has no canonical form; the report shows it replaced, and so it is hashed. */
function wellFormed(input: unknown): unknown {
  return JSON.parse(JSON.stringify(input), (_key, value: unknown) => (typeof value === 'string' ? wholeCharacters(value) : value));
}

async function render(deps: ReportDeps, job: Job): Promise<RenderedReport> {
  const { covers } = await loadReportFonts();
  // characters beyond the embedded typeface are left to the machine's own; where it has none, they are named by code point
  let draft = await draftOf(deps, { ...job, model: printableModel(job.model, { covers: () => true }) });
  if (draft.check.unprintable > 0) draft = await draftOf(deps, { ...job, model: printableModel(job.model, { covers }) });
  assertTextMatches(draft.check, job.reportId);
  const pdf = await signPdf(draft.pdf, deps.signing, new Date(job.asOf));
  if (!verifyPdf(pdf).valid) throw new PlumblineError('PLB-REPORT-002', `The signature of report ${job.reportId} does not verify.`, { reportId: job.reportId });
  return { pdf, sha256: sha256(pdf), pages: draft.pages, contentHash: job.contentHash };
}

async function draftOf(deps: ReportDeps, job: Job): Promise<Draft> {
  const templates = await loadReportTemplates(deps.templatesRoot);
  const about = { title: job.model.documentTitle, lang: job.model.lang };
  const printed = await deps.renderer.pdf(templates.html(job.kind, job.model), about);
  const finished = await postProcess(printed, {
    ...about, at: new Date(job.asOf), reportId: job.reportId, contentHash: job.contentHash, font: (await loadReportFonts()).regular,
    signature: { name: 'Plumbline', reason: `Report ${job.reportId}` },
  });
  return { pdf: finished.pdf, pages: finished.pages, check: await checkText(finished.pdf, job.model, finished.feet) };
}
