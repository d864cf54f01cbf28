/** The browser behind the reports: started late, ended for good, replaced when it fails. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Renderer, type RendererOptions, openRenderer } from '../../../src/report/index.js';
import { packed, testRendererOptions, textOf } from './report-bench.js';

const ABOUT = { lang: 'en', title: 'Test' };
let options: RendererOptions;
let renderer: Renderer | null = null;

function page(body: string): string {
  return `<!doctype html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>Test</title></head><body>${body}</body></html>`;
}

/** Processes of ours, by the profile folder in their command line. */
function browsers(): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1];
      if (Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('plumbline-chromium-')) found.push(Number(name));
    } catch {
      // it ended while we looked
    }
  }
  return found;
}

function profiles(): string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith('plumbline-chromium-')).toSorted();
}

beforeAll(async () => {
  options = await testRendererOptions();
});

afterEach(async () => {
  await renderer?.close();
  renderer = null;
});

describe.runIf(existsSync('/proc/self'))('the browser', () => {
  it('is gone with its folder after close, and does not open again', async () => {
    const before = profiles();
    renderer = await openRenderer(options);
    await renderer.pdf(page('<p>one</p>'), ABOUT);
    const running = browsers();

    await renderer.close();

    expect(running).toHaveLength(1);
    expect(browsers()).toEqual([]);
    expect(profiles()).toEqual(before);
    await expect(renderer.pdf(page('<p>late</p>'), ABOUT)).rejects.toMatchObject({ code: 'PLB-REPORT-001' });
  });

  it('is replaced after so many documents, and documents asked for at once all come out', async () => {
    renderer = await openRenderer({ ...options, recycleAfter: 2 });
    const seen = new Set<number>();
    const printed = await Promise.all([1, 2, 3, 4, 5].map(async (number) => {
      const pdf = await (renderer as Renderer).pdf(page(`<p>document-${number}</p>`), ABOUT);
      browsers().forEach((pid) => seen.add(pid));
      return packed(await textOf(pdf));
    }));

    expect(printed).toEqual([1, 2, 3, 4, 5].map((number) => `document-${number}`));
    expect(seen.size).toBeGreaterThan(1);
  });

  it('is replaced after it was killed', async () => {
    renderer = await openRenderer(options);
    await renderer.pdf(page('<p>one</p>'), ABOUT);
    browsers().forEach((pid) => process.kill(pid, 'SIGKILL'));
    await new Promise((resolve) => setTimeout(resolve, 200));

    const pdf = await renderer.pdf(page('<p>two</p>'), ABOUT);

    expect(packed(await textOf(pdf))).toBe('two');
  });

  it('does not see our secrets', async () => {
    process.env['PLUMBLINE_TEST_SECRET'] = 'canary-secret';
    renderer = await openRenderer(options);
    await renderer.pdf(page('<p>one</p>'), ABOUT);

    const environments = browsers().map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));

    delete process.env['PLUMBLINE_TEST_SECRET'];
    expect(environments).toHaveLength(1);
    expect(environments.join('')).not.toContain('canary-secret');
  });

  it('that takes too long is ended, and the next document comes out', async () => {
    renderer = await openRenderer({ ...options, timeoutMs: 1500 });
    await renderer.pdf(page('<p>warm</p>'), ABOUT);
    const endless = page(`<table>${'<tr><td>cell</td><td>cell</td></tr>'.repeat(150_000)}</table>`);

    await expect(renderer.pdf(endless, ABOUT)).rejects.toMatchObject({ code: 'PLB-REPORT-001' });
    const pdf = await renderer.pdf(page('<p>next</p>'), ABOUT);

    expect(packed(await textOf(pdf))).toBe('next');
  });

  it('that cannot be started is said by code', async () => {
    renderer = await openRenderer({ executablePath: execFileSync('sh', ['-c', 'command -v false'], { encoding: 'utf8' }).trim() });

    await expect(renderer.pdf(page('<p>one</p>'), ABOUT)).rejects.toMatchObject({ code: 'PLB-REPORT-001' });
  });
});
