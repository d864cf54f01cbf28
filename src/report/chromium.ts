/**
 * The one place that drives a browser. Owns: starting, locking down, recycling and ending Chromium, and printing one HTML
 * document as a tagged PDF. Does not own: which binary is used (src/runtime) nor what the document says.
 *
 * Report text comes from people we do not trust, so the page has no script, no network and nowhere to navigate to.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Browser, type HTTPRequest, type Page, launch } from 'puppeteer';
import { PlumblineError } from '../model/errors.js';

export interface RendererOptions {
  readonly executablePath: string;
  readonly args?: readonly string[];
  readonly headless?: boolean | 'shell';
  /** added to the little of our environment that the browser may see */
  readonly env?: Readonly<Record<string, string>>;
  /** for one document, milliseconds */
  readonly timeoutMs?: number;
  /** a fresh browser after so many documents */
  readonly recycleAfter?: number;
}

export interface PdfOptions {
  readonly lang: string;
  readonly title: string;
}

export interface Renderer {
  readonly pdf: (html: string, options: PdfOptions) => Promise<Uint8Array>;
  /** Ends the browser and removes its folder; a document being printed fails. */
  readonly close: () => Promise<void>;
}

interface Session {
  readonly browser: Browser;
  readonly profile: string;
  jobs: number;
}

const CLOSED_IN = [
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions',
  '--disable-dev-shm-usage', '--disable-crash-reporter', '--font-render-hinting=none', '--force-color-profile=srgb',
  '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=http://127.0.0.1:9', '--proxy-bypass-list=<-loopback>',
];
const VISIBLE_ENV = ['PATH', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT'];
const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_RECYCLE_AFTER = 40;
const LARGE_OUTPUT_BYTES = 8 * 1024 * 1024;
const CLOSE_GRACE_MS = 5_000;

/** Starts the browser at the first document. Documents are printed one after the other. */
export async function openRenderer(options: RendererOptions): Promise<Renderer> {
  let session: Session | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function print(html: string, about: PdfOptions): Promise<Uint8Array> {
    if (closed) throw new PlumblineError('PLB-REPORT-001', 'The report renderer is shutting down.');
    if (session !== null && !session.browser.connected) await endSession(session).finally(() => (session = null));
    session ??= await startSession(options);
    const current = session;
    current.jobs += 1;
    try {
      const pdf = await printOn(current.browser, { html, about, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS });
      if (current.jobs >= (options.recycleAfter ?? DEFAULT_RECYCLE_AFTER) || pdf.length > LARGE_OUTPUT_BYTES) await drop(current);
      return pdf;
    } catch (error) {
      await drop(current);
      throw asReportError(error);
    }
  }

  async function drop(ended: Session): Promise<void> {
    if (session === ended) session = null;
    await endSession(ended);
  }

  return {
    pdf(html, about) {
      const job = turn.then(() => print(html, about));
      turn = job.catch(() => undefined);
      return job;
    },
    async close() {
      closed = true;
      if (session !== null) await drop(session);
      await turn;
      if (session !== null) await drop(session);
    },
  };
}

async function startSession(options: RendererOptions): Promise<Session> {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'plumbline-chromium-'));
  try {
    const browser = await launch({
      executablePath: options.executablePath,
      headless: options.headless ?? true,
      args: [...withoutRefused(options.args ?? []), ...CLOSED_IN],
      env: { ...visibleEnv(process.env), HOME: profile, ...options.env },
      userDataDir: profile,
      pipe: true,
      handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
      timeout: 30_000,
      protocolTimeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    });
    return { browser, profile, jobs: 0 };
  } catch (error) {
    await rm(profile, { recursive: true, force: true });
    throw asReportError(error);
  }
}

/** Asks first, then kills: a browser that hangs must not outlive us. */
async function endSession(session: Session): Promise<void> {
  const child = session.browser.process();
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_GRACE_MS)));
  await Promise.race([session.browser.close().catch(() => undefined), grace]);
  clearTimeout(timer);
  if (child !== null && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(session.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function printOn(browser: Browser, job: { html: string; about: PdfOptions; timeoutMs: number }): Promise<Uint8Array> {
  if (!job.html.includes(`default-src 'none'`)) throw new PlumblineError('PLB-REPORT-001', 'A report page came without its content policy.');
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await lockDown(page);
    await page.setContent(job.html, { waitUntil: 'load', timeout: job.timeoutMs });
    return await page.pdf({
      format: 'A4', preferCSSPageSize: true, printBackground: true, displayHeaderFooter: false,
      tagged: true, outline: true, waitForFonts: false, timeout: job.timeoutMs,
    });
  } finally {
    await context.close().catch(() => undefined);
  }
}

async function lockDown(page: Page): Promise<void> {
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request) => void refuse(request).catch(() => undefined));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  await page.setOfflineMode(true);
}

/** An answer without content leaves the page where it is, where an abort would replace it with an error page. */
async function refuse(request: HTTPRequest): Promise<void> {
  if (request.url().startsWith('data:') && !request.isNavigationRequest()) return request.continue();
  if (request.isNavigationRequest()) return request.respond({ status: 204 });
  return request.abort('blockedbyclient');
}

/** Flags that weaken the page's walls, share one process (contexts crash there), or open a door of their own. */
const REFUSED_FLAGS = ['--user-data-dir', '--remote-debugging', '--single-process', '--disable-web-security', '--allow-running-insecure-content', '--headless'];

function withoutRefused(args: readonly string[]): string[] {
  return args.filter((arg) => !REFUSED_FLAGS.some((flag) => arg === flag || arg.startsWith(`${flag}-`) || arg.startsWith(`${flag}=`)));
}

function visibleEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const name of VISIBLE_ENV) {
    const value = env[name];
    if (value !== undefined) seen[name] = value;
  }
  return seen;
}

function asReportError(error: unknown): PlumblineError {
  if (error instanceof PlumblineError) return error;
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown reason';
  return new PlumblineError('PLB-REPORT-001', `Chromium could not print the report: ${reason.slice(0, 200)}.`, {}, error);
}
