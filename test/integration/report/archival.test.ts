/** The finished file: the same bytes each time, fit for the archive, and any change of it found out. */
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFRawStream, decodePDFRawStream } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RenderedReport, type ReportDeps, renderAssessmentReport, renderScanReport, signingFingerprint, verifyPdf } from '../../../src/report/index.js';
import { openReportDeps, packed, textOf } from './report-bench.js';
import { assessmentInput, scanInput } from './sample-input.js';

let deps: ReportDeps;
let scan: RenderedReport;
let assessment: RenderedReport;

beforeAll(async () => {
  deps = await openReportDeps();
  scan = await renderScanReport(deps, scanInput());
  assessment = await renderAssessmentReport(deps, assessmentInput());
});

afterAll(() => deps.renderer.close());

describe('two runs', () => {
  it('of the same data give the same bytes, also with a fresh browser', async () => {
    const again = await renderScanReport(deps, scanInput());
    const other = await openReportDeps();
    const elsewhere = await renderScanReport({ ...other, signing: deps.signing }, scanInput()).finally(() => other.renderer.close());

    expect(again.sha256).toBe(scan.sha256);
    expect(elsewhere.sha256).toBe(scan.sha256);
    expect(Buffer.compare(again.pdf, scan.pdf)).toBe(0);
  });

  it('of other data give another content hash, printed in the foot of every page', async () => {
    const changed = await renderScanReport(deps, scanInput({ tenantName: 'Northwind Logistics AG' }));
    const pages = await textOf(changed.pdf);

    expect(changed.contentHash).not.toBe(scan.contentHash);
    expect(changed.sha256).not.toBe(scan.sha256);
    pages.forEach((page, index) => {
      expect(packed(page)).toContain(packed(`report ${scanInput().reportId} · content sha256 ${changed.contentHash.slice(0, 16)}`));
      expect(packed(page)).toContain(`Page${index + 1}of${pages.length}`);
    });
  });
});

describe('the structure that PDF/UA-1 and PDF/A-2a ask for', () => {
  it.each([['scan', () => scan.pdf], ['assessment', () => assessment.pdf]])('is in the %s report', async (_kind, file) => {
    const doc = await PDFDocument.load(file(), { updateMetadata: false });
    const { catalog, context } = doc;
    const xmp = Buffer.from((catalog.lookup(PDFName.of('Metadata')) as PDFRawStream).contents).toString('utf8');
    const intent = catalog.lookup(PDFName.of('OutputIntents'), PDFArray).lookup(0, PDFDict);
    const icc = decodePDFRawStream(intent.lookup(PDFName.of('DestOutputProfile')) as PDFRawStream).decode();
    const id = context.lookup(context.trailerInfo.ID, PDFArray);

    expect(xmp).toContain('<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>');
    expect(xmp).toContain('2026-11-22T15:40:00Z');
    expect(Buffer.from(icc).toString('latin1', 36, 40)).toBe('acsp');
    expect(id.lookup(0, PDFHexString).asString()).toMatch(/^[0-9a-f]{32}$/);
    expect(catalog.lookup(PDFName.of('MarkInfo'), PDFDict).get(PDFName.of('Marked'))?.toString()).toBe('true');
    expect(catalog.has(PDFName.of('StructTreeRoot'))).toBe(true);
    expect(catalog.has(PDFName.of('Outlines'))).toBe(true);
    expect(catalog.get(PDFName.of('Lang'))?.toString()).toContain('en');
    expect(doc.getPages().every((page) => page.node.get(PDFName.of('Tabs')) === PDFName.of('S'))).toBe(true);
    expect(Buffer.from(file()).includes('/JavaScript') || Buffer.from(file()).includes('/Launch')).toBe(false);
  });

  it('embeds every font it uses', async () => {
    const doc = await PDFDocument.load(scan.pdf, { updateMetadata: false });
    const descriptors = doc.context.enumerateIndirectObjects().map(([, object]) => object)
      .filter((object) => object instanceof PDFDict && object.get(PDFName.of('Type')) === PDFName.of('FontDescriptor')) as PDFDict[];

    expect(descriptors.length).toBeGreaterThan(1);
    for (const descriptor of descriptors) {
      expect(descriptor.has(PDFName.of('FontFile2'))).toBe(true);
      expect(descriptor.get(PDFName.of('FontName'))?.toString()).toMatch(/OpenSans/);
    }
  });

  it('leaves no drawing outside marked content', async () => {
    const doc = await PDFDocument.load(scan.pdf, { updateMetadata: false });
    for (const page of doc.getPages()) {
      const contents = page.node.Contents();
      const streams = contents instanceof PDFArray ? contents.asArray().map((ref) => doc.context.lookup(ref)) : [contents];
      let depth = 0;
      for (const line of streams.map((stream) => Buffer.from(decodePDFRawStream(stream as PDFRawStream).decode()).toString('latin1')).join('\n').split('\n')) {
        if (/\b(BDC|BMC)$/.test(line)) depth += 1;
        else if (line === 'EMC') depth -= 1;
        else if (/^(f\*?|S|B\*?|Do|sh)$/.test(line)) expect(depth, line).toBeGreaterThan(0);
      }
      expect(depth).toBe(0);
    }
  });
});

describe('the signature', () => {
  it('verifies, names its key and carries the date of the report', () => {
    const verdict = verifyPdf(scan.pdf, signingFingerprint(deps.signing));

    expect(verdict).toMatchObject({ valid: true, signer: 'Northwind Logistics', signedAt: '2026-11-22T15:40:00.000Z' });
  });

  it('fails after one changed byte, wherever it is', () => {
    const step = Math.floor(scan.pdf.length / 400);
    for (let at = 10; at < scan.pdf.length; at += step) {
      const changed = new Uint8Array(scan.pdf);
      changed[at] = (changed[at] ?? 0) ^ 1;

      expect(verifyPdf(changed).valid, `byte ${at}`).toBe(false);
    }
  });

  it('fails after a page is taken out, after an addition, and when cut', async () => {
    const doc = await PDFDocument.load(scan.pdf, { updateMetadata: false });
    doc.removePage(2);
    const shorter = await doc.save({ useObjectStreams: false });

    expect(verifyPdf(shorter).valid).toBe(false);
    expect(verifyPdf(Buffer.concat([scan.pdf, Buffer.from('\n%%EOF')])).valid).toBe(false);
    expect(verifyPdf(scan.pdf.subarray(0, -50)).valid).toBe(false);
    expect(verifyPdf(new Uint8Array([1, 2, 3])).valid).toBe(false);
  });

  it('of another key is told apart', async () => {
    const other = await openReportDeps();
    const forged = await renderScanReport(other, scanInput()).finally(() => other.renderer.close());

    expect(verifyPdf(forged.pdf).valid).toBe(true);
    expect(verifyPdf(forged.pdf, signingFingerprint(deps.signing))).toMatchObject({ valid: false, reason: expect.stringContaining('another key') });
  });
});
