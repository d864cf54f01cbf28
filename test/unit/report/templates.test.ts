/** Templates: nothing passes unescaped, and a template that would let it is refused. */
import { mkdtemp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanReportModel } from '../../../src/report/scan-report.js';
import { loadReportTemplates, templateFault } from '../../../src/report/templates.js';
import { scanInput } from '../../integration/report/sample-input.js';

const ROOT = path.resolve(import.meta.dirname, '../../../templates');
const SEAL = { contentHash: 'ab'.repeat(32), certificateFingerprint: 'cd'.repeat(32) };

async function templateFiles(): Promise<string[]> {
  const names = await readdir(path.join(ROOT, 'reports'), { recursive: true });
  return names.filter((name) => name.endsWith('.hbs'));
}

describe('every report template', () => {
  it('escapes what it inserts', async () => {
    const files = await templateFiles();

    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const source = await readFile(path.join(ROOT, 'reports', file), 'utf8');
      expect(templateFault(source), file).toBeNull();
      expect(source, file).not.toMatch(/\{\{\{|\{\{&/);
    }
  });

  it.each([
    ['triple braces', '<p>{{{name}}}</p>'], ['an ampersand', '<p>{{& name}}</p>'], ['triple braces inside a block', '{{#if a}}{{#each b}}{{{this}}}{{/each}}{{/if}}'],
    ['a script', '<script>1</script>'], ['an image', '<img src="{{a}}">'], ['an event', '<p onclick="{{a}}">'], ['a style attribute', '<p style="color:{{a}}">'],
    ['a bare link', '<a href="{{a}}">'], ['an attribute without quotes', '<p class={{a}}>'], ['a refresh', '<META http-equiv=refresh>'],
  ])('is refused with %s', (_what, source) => {
    expect(templateFault(source)).not.toBeNull();
  });

  it('is refused when it is loaded, too', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'plumbline-templates-'));
    await mkdir(path.join(root, 'reports', 'partials'), { recursive: true });
    await writeFile(path.join(root, 'reports', 'scan.hbs'), '<p>{{{documentTitle}}}</p>');
    await writeFile(path.join(root, 'reports', 'report.css'), '');

    await expect(loadReportTemplates(root)).rejects.toMatchObject({ code: 'PLB-REPORT-001' });
  });
});

describe('a page', () => {
  it('shows markup as text, in elements and attributes', async () => {
    const templates = await loadReportTemplates(ROOT);
    const attack = `"><script>alert(1)</script>{{constructor}}`;
    const model = scanReportModel(scanInput({ tenantName: attack, platform: { ...scanInput().platform, name: attack } }), SEAL);

    const html = templates.html('scan', model);

    expect(html).not.toContain('<script');
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{constructor}}');
    expect(html).toContain(`default-src 'none'`);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  it('allows only its own style sheet', async () => {
    const { createHash } = await import('node:crypto');
    const html = (await loadReportTemplates(ROOT)).html('scan', scanReportModel(scanInput(), SEAL));
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';

    expect(html).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(html).not.toContain('unsafe-inline');
  });
});
