/** A renderer with a real Chromium, a signing identity and the text of a PDF: what the report tests share. */
import os from 'node:os';
import path from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { type RendererOptions, type ReportDeps, createSigningIdentity, openRenderer } from '../../../src/report/index.js';
import { resolveChromium } from '../../../src/runtime/chromium.js';

export const TEMPLATES = path.resolve(import.meta.dirname, '../../../templates');

export async function testRendererOptions(): Promise<RendererOptions> {
  const { executablePath, args, headless, env } = await resolveChromium({ cacheFolder: path.join(os.tmpdir(), 'plumbline-test-cache') });
  return { executablePath, args, headless, env };
}

export async function openReportDeps(): Promise<ReportDeps> {
  const renderer = await openRenderer(await testRendererOptions());
  const signing = await createSigningIdentity({ name: 'Northwind Logistics', passphrase: 'only for this test', notBefore: new Date('2026-11-01T00:00:00Z') });
  return { renderer, signing, templatesRoot: TEMPLATES };
}

export async function textOf(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false });
  return text;
}

/** Without spaces: where lines break is the layout's business. */
export function packed(text: string | readonly string[]): string {
  return (typeof text === 'string' ? text : text.join('')).replace(/\s+/g, '');
}
