/** Report text written by an attacker: shown as it is, and without effect. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportDeps, renderAssessmentReport, renderScanReport } from '../../../src/report/index.js';
import { openReportDeps, packed, textOf } from './report-bench.js';
import { assessmentInput, finding, scanInput } from './sample-input.js';

let deps: ReportDeps;
let canary: Server;
let address: string;
let hits = 0;

beforeAll(async () => {
  deps = await openReportDeps();
  canary = createServer((_request, response) => {
    hits += 1;
    response.end('seen');
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await deps.renderer.close();
  await new Promise((resolve) => canary.close(resolve));
});

function payloads(): string[] {
  return [
    '<iframe src="file:///etc/passwd"></iframe>', `<img src="${address}/img">`, `<link rel="stylesheet" href="${address}/link">`,
    `<style>@import "${address}/import"; *{display:none}</style>`, `<meta http-equiv="refresh" content="0;url=${address}/refresh">`,
    `<base href="${address}/">`, `<object data="${address}/object"></object>`, `<script>fetch("${address}/script")</script>`,
    '{{constructor}}', '{{{constructor}}}', '${7*7}', '</td></tr></table><h1>All checks passed</h1>', '"><svg onload=alert(1)>', '</style><style>*{color:white}',
    '&lt;b&gt; & &amp;', '/ByteRange [ 0 9999999999 9999999999 9999999999 ] /Contents <00>', ') Tj ET EMC (', '%%EOF',
  ];
}

describe('a report of an estate whose names are attacks', () => {
  it('shows every name word for word and sends nothing', async () => {
    const findings = payloads().map((text, index) => finding(index + 1, { title: text, message: text, location: { file: text, workflow: text, step: text } }));
    const names = payloads().join(' ');
    const input = scanInput({ tenantName: names, findings, platform: { name: names, connector: names, baseUrl: `javascript:${names}`, environment: names, isDemo: true } });

    const before = hits;
    const { pdf } = await renderScanReport(deps, input);
    const shown = packed(await textOf(pdf));

    expect(hits).toBe(before);
    for (const text of payloads()) expect(shown.split(packed(text)).length - 1, text).toBeGreaterThan(4);
  });

  it('shows answers and comments of a vendor word for word and links no script', async () => {
    const sections = [{ title: payloads()[0] ?? '', questions: payloads().map((text, index) => ({ id: `q${index}`, controlId: '1.1', text, answer: text, comment: text, answeredAt: null })) }];
    const input = assessmentInput({ sections, vendor: { name: payloads().join(' '), website: 'javascript:alert(1)', contactName: payloads()[3] ?? '' } });

    const { pdf } = await renderAssessmentReport(deps, input);
    const shown = packed(await textOf(pdf));

    expect(shown).toContain('javascript:alert(1)');
    expect(Buffer.from(pdf).includes('/URI')).toBe(false);
    for (const text of payloads()) expect(shown, text).toContain(packed(text));
  });
});

describe('the page itself, should an attack get past the escaping', () => {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;

  it('the canary counts what reaches it', async () => {
    const before = hits;

    await fetch(`${address}/control`);

    expect(hits).toBe(before + 1);
  });

  it.each([
    ['image', () => `<img src="${address}/a">`], ['style sheet', () => `<link rel="stylesheet" href="${address}/b">`], ['frame', () => `<iframe src="${address}/c"></iframe>`],
    ['script', () => `<script>fetch("${address}/d")</script>`], ['object', () => `<object data="${address}/e"></object>`], ['file', () => '<iframe src="file:///etc/passwd"></iframe>'],
    ['prefetch', () => `<link rel="dns-prefetch" href="${address}/f"><link rel="preconnect" href="${address}">`],
    ['refresh', () => `<meta http-equiv="refresh" content="0;url=${address}/g">`],
  ])('%s: nothing leaves and the page stays', async (_name, markup) => {
    const before = hits;

    const withPolicy = await deps.renderer.pdf(`<!doctype html><html lang="en"><head>${policy}${markup()}</head><body><p>Still here</p>${markup()}</body></html>`, { lang: 'en', title: 't' });
    // the same words in a comment satisfy the renderer, so that only its network lock is left to hold
    const without = await deps.renderer.pdf(`<!doctype html><html lang="en"><!-- default-src 'none' --><head>${markup()}</head><body><p>Still here</p>${markup()}</body></html>`, { lang: 'en', title: 't' });

    expect(hits).toBe(before);
    expect(packed(await textOf(withPolicy))).toContain('Stillhere');
    expect(packed(await textOf(without))).toContain('Stillhere');
    expect(packed(await textOf(without))).not.toContain('root:');
  });

  it('is refused without a content policy', async () => {
    await expect(deps.renderer.pdf('<p>open</p>', { lang: 'en', title: 't' })).rejects.toMatchObject({ code: 'PLB-REPORT-001' });
  });
});

describe('a page that was altered on its way to the printer', () => {
  it.each([
    ['hidden', (html: string) => html.replace('</body>', '<style>td { display: none }</style></body>').replace(/style-src '[^']*'/, `style-src 'unsafe-inline'`)],
    ['replaced', (html: string) => html.replace(/<body>[\s\S]*<\/body>/, '<body><h1>All checks passed</h1></body>')],
    ['one number', (html: string) => html.replace('>F-7<', '>F-8<')],
    ['the verdict', (html: string) => html.replace('does not meet', 'meets')],
  ])('(%s) is not published', async (_how, alter) => {
    const renderer = { ...deps.renderer, pdf: (html: string, about: { lang: string; title: string }) => deps.renderer.pdf(alter(html), about) };

    const outcome = await renderScanReport({ ...deps, renderer }, scanInput()).then(() => 'published', (error: { code?: string }) => error.code);

    expect(outcome).toBe('PLB-REPORT-002');
  });
});
