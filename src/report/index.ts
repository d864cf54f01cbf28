/** The report room's door: view models, rendering, signing and verifying. */
export { type AssessmentReportInput, type AssessmentReportModel, assessmentReportModel } from './assessment-report.js';
export { type PdfOptions, type Renderer, type RendererOptions, openRenderer } from './chromium.js';
export { type RenderedReport, type ReportDeps, renderAssessmentReport, renderScanReport } from './produce.js';
export type { AuditPosition, ReportSeal } from './report-model.js';
export type { ReportFinding, ScanReportInput } from './scan-input.js';
export { type ScanReportModel, scanReportModel } from './scan-report.js';
export { type NewIdentity, type SigningIdentity, createSigningIdentity, signPdf, signingFingerprint } from './sign.js';
export { type PdfVerdict, verifyPdf } from './verify.js';
