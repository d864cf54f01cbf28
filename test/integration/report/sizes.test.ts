/** Reports of nothing, of very much, and of text in every script. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportDeps, type ScanReportInput, renderAssessmentReport, renderScanReport } from '../../../src/report/index.js';
import { scanReportModel } from '../../../src/report/scan-report.js';
import { openReportDeps, packed, textOf } from './report-bench.js';
import { assessmentInput, finding, scanInput } from './sample-input.js';

let deps: ReportDeps;

beforeAll(async () => {
  deps = await openReportDeps();
});

afterAll(() => deps.renderer.close());

describe('a report of nothing', () => {
  it('says so, and calls nothing clean', async () => {
    const input = scanInput({ completeness: [], checkResults: [], findings: [], drift: [], baseline: null, flows: [], auditCheckpoint: null });

    const text = packed(await textOf((await renderScanReport(deps, input)).pdf));

    for (const words of ['no check could be applied', 'No part of the platform was read', 'No check was run', 'No baseline is approved', 'no checkpoint yet', 'No connection to another host']) {
      expect(text).toContain(packed(words));
    }
    expect(text).not.toContain(packed('meets the policy'));
  });

  it('of an assessment without a question renders too', async () => {
    const input = assessmentInput({ sections: [], reminders: [], auditCheckpoint: null, vendor: { name: 'V', website: null, contactName: null } });

    const text = packed(await textOf((await renderAssessmentReport(deps, input)).pdf));

    expect(text).toContain(packed('The questionnaire holds no question'));
  });
});

describe('a report of a thousand findings', () => {
  it('holds every number once, and repeats the head of the table on every page', async () => {
    const findings = Array.from({ length: 1000 }, (_, index) => finding(index + 1, { message: `Webhook hook ${index + 1} takes calls from anyone: no sign-in is set.` }));

    const started = performance.now();
    const { pdf, pages } = await renderScanReport(deps, scanInput({ findings }));
    const seconds = (performance.now() - started) / 1000;
    const text = await textOf(pdf);
    const heads = text.filter((page) => packed(page).includes(packed('What is the case'))).length;
    const numbers = new Set(text.join(' ').match(/\bF-\d+\b/g));

    console.info(`1,000 findings: ${pages} pages, ${(pdf.length / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s`);
    expect(numbers.size).toBe(1000);
    expect(heads).toBeGreaterThan(pages - 10);
  });
});

describe('text that is longer or stranger than a page allows for', () => {
  it('is shown to its last word, also across a page break', async () => {
    const long = `${Array.from({ length: 1500 }, (_, index) => `word${index}`).join(' ')} last-of-all`;
    const wide = 'x'.repeat(3000);

    const { pdf } = await renderScanReport(deps, scanInput({ findings: [finding(1, { message: long }), finding(2, { message: wide })] }));
    const text = packed(await textOf(pdf));

    expect(text).toContain('last-of-all');
    expect(text.split('x').length).toBeGreaterThan(3000);
  });

  it('keeps every script readable, and shows what hides or cannot be drawn by its code point', async () => {
    const names = ['Überweisung Łódź Ελλάδα Київ', 'e\u0301te\u0301', '日本語の流れ', '🚀 launch 👩‍💻', 'שלום עולם', 'مرحبا', 'a\u202Egpj.exe', 'zero\u200Bwidth', 'bell\u0007', '\uD800 lone', 'नमस्ते', 'ﬁ ligature ½',
      '¸˛Ç◊ı˜Â¯˘¿', '٠١٢٣٤٥', 'הָיְתָהtestالصفحات 12 (x) [y]', '﷽', 'Z̸̪͔a͎̼l͎g̵̥o', 'ı İ i̇ j̇', '① ㎏ ℃ № ⁰⁴⁵', 'ｆｕｌｌ １２', 'ẞ ß ſ ǆ', '-0', '1/0', '%s%d', '${7*7}', '\\', '1️⃣ 🇺🇸', 'c\u00ADut', 'A\u0301\u0328\u0327'];
    const findings = names.map((name, index) => finding(index + 1, { message: name, location: { file: null, workflow: name, step: name } }));

    const text = packed(await textOf((await renderScanReport(deps, scanInput({ findings, tenantName: names.join(' | ') }))).pdf));

    expect(text).toContain(packed('Überweisung Łódź Ελλάδα Київ'));
    expect(text).toContain('a[U+202E]gpj.exe');
    expect(text).toContain('zero[U+200B]width');
    expect(text).toContain('bell[U+0007]');
    expect(text).not.toContain('\0');
  });
});

describe('the layout', () => {
  const long = 'A rather long name of something that people have called in this way for years and nobody dares to shorten it '.repeat(3);

  it('keeps cover and summary to one page each, however long the names are', async () => {
    const { platform, completeness, drift } = scanInput();
    const findings = Array.from({ length: 60 }, (_, index) => finding(index + 1, { checkId: `check-${index % 9}`, title: long, location: { file: long, workflow: long, step: long } }));
    const input = scanInput({
      platform: { ...platform, name: long }, tenantName: long, findings, drift: [...drift, ...drift].map((item) => ({ ...item, sentence: long })),
      completeness: [...completeness, ...completeness].map((entry) => ({ ...entry, title: long, reason: long })),
    });

    const pages = await textOf((await renderScanReport(deps, input)).pdf);

    expect(packed(pages[1] ?? '')).toMatch(/^Summary/);
    expect(packed(pages[2] ?? '')).toMatch(/^1Whatwasread/);
  });

  it('leaves no heading alone at the foot of a page', async () => {
    for (const size of [3, 6, 9, 12, 15, 18, 21, 24]) {
      const findings = Array.from({ length: size }, (_, index) => finding(index + 1, { severity: index % 2 === 0 ? 'critical' : 'low' }));
      const input: ScanReportInput = scanInput({ findings });
      const model = scanReportModel(input, { contentHash: '', certificateFingerprint: '' });
      const heads = [model.findings, model.drift, model.flows, model.checks, model.completeness, model.signOffs, model.verify].flatMap((part) => [part.heading, part.intro])
        .concat(model.findings.groups.map((group) => group.heading), model.method.heading).map((head) => packed(head));

      const pages = (await textOf((await renderScanReport(deps, input)).pdf)).map((page) => packed(page).replace(/Plumbline·report.*?Page\d+of\d+/, ''));

      for (const page of pages) for (const head of heads) expect(page.endsWith(head), `${size} findings: ${head}`).toBe(false);
    }
  });
});
