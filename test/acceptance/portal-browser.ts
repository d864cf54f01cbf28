/**
 * One browser for a run of the portal's acceptance test. Owns: pages as different people have them, what went wrong in any of
 * them, and the check for accessibility. Does not own: what is done on a page.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { ChromiumInstall } from '../../src/runtime/chromium.js';

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;
const DESK = { viewport: { width: 1280, height: 800 } } as const;

export interface PortalBrowser {
  /** a page in a context of its own: nobody's session but its own */
  person(shape?: typeof PHONE): Promise<Page>;
  /** errors of the console, of scripts and of requests, since the last call */
  takeTroubles(): string[];
  close(): Promise<void>;
}

export async function openBrowser(install: ChromiumInstall, baseURL: string): Promise<PortalBrowser> {
  const browser = await chromium.launch({
    executablePath: install.executablePath,
    args: [...install.args, '--disable-gpu', '--disable-background-networking'],
    env: { ...(process.env as Record<string, string>), ...install.env },
  });
  const troubles: string[] = [];
  return {
    person: (shape) => newPerson(browser, troubles, { baseURL, ...(shape ?? DESK) }),
    takeTroubles: () => troubles.splice(0),
    close: () => browser.close(),
  };
}

async function newPerson(browser: Browser, troubles: string[], options: Parameters<Browser['newContext']>[0]): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ ...options, colorScheme: 'light', reducedMotion: 'reduce', timezoneId: 'Europe/Berlin', locale: 'en-GB' });
  context.setDefaultTimeout(15_000);
  context.on('page', (page) => listen(page, troubles));
  return context.newPage();
}

/** A request that was given up because the page moved on is not a failure. */
function listen(page: Page, troubles: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (!reason.includes('ERR_ABORTED')) troubles.push(`request: ${request.method()} ${new URL(request.url()).pathname} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`answer: ${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
  });
}

const UNTIL_LIMIT_MS = 15_000;

/** Waits for an expression of the page to hold. The page's policy forbids evaluating text in it, so it is asked from outside. */
export async function until(page: Page, expression: string): Promise<void> {
  const limit = Date.now() + UNTIL_LIMIT_MS;
  while (!(await page.evaluate(expression))) {
    if (Date.now() > limit) throw new Error(`never came true on ${page.url()}: ${expression}`);
    await page.waitForTimeout(30);
  }
}

/** The structure of a page is the same in both schemes; what can differ is its colours. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'] as const;

/** Violations in the light and in the dark scheme, one line each; the page follows the scheme while it is open. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    // Colours fade into one another; what is half way is nobody's choice.
    await until(page, "document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity)");
    const axe = new AxeBuilder({ page });
    const { violations: broken } = await (colorScheme === 'dark' ? axe.withRules([...RULES_OF_COLOUR]) : axe).analyze();
    found.push(...broken.map((rule) => `${colorScheme} ${new URL(page.url()).pathname}: ${rule.id} at ${rule.nodes.map((node) => node.target.join(' ')).join(', ')}`));
  }
  return found;
}

/** Text of every button and every link that looks like one. */
export async function buttonsOf(page: Page): Promise<string[]> {
  return page.locator('main').getByRole('button').allInnerTexts();
}
