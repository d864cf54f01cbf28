/** What people do on the portal's pages, step by step, as they would with a mouse. Owns the steps; the test owns what must come of them. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import type { TestNodeRed } from '../support/platforms/node-red.js';
import { until } from './portal-browser.js';

export const PASSWORD = 'correct horse battery staple';

/** Opens a path and waits until its heading stands and nothing is loading. */
export async function open(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await loaded(page);
}

async function loaded(page: Page): Promise<void> {
  await until(page, `document.querySelector('[aria-label="Loading"]') === null`);
}

/** The label of a required field ends with an asterisk for the eye. */
export function field(page: Page | Locator, label: string): Locator {
  const words = label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return page.getByLabel(new RegExp(`^${words}( \\*)?$`));
}

export async function createAccount(page: Page, link: string, person: { name: string; email?: string }): Promise<void> {
  await page.goto(link);
  await field(page, 'Your name').fill(person.name);
  if (person.email) await field(page, 'E-mail').fill(person.email);
  await field(page, 'Password').fill(PASSWORD);
  await page.getByRole('button', { name: /^(Create the account|Accept and sign in)$/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Invites somebody and returns the link that is shown once. */
export async function invite(page: Page, person: { name: string; email: string; role: string }): Promise<string> {
  await open(page, '/people', 'People');
  await page.getByRole('button', { name: 'Invite a person' }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Name').fill(person.name);
  await field(dialog, 'E-mail').fill(person.email);
  await dialog.getByRole('checkbox', { name: 'Compliance officer' }).uncheck();
  await dialog.getByRole('checkbox', { name: person.role }).check();
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = await dialog.getByText(/\/invitation#/).innerText();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return link.trim();
}

export async function connectNodeRed(page: Page, platform: TestNodeRed, name: string): Promise<void> {
  await open(page, '/', 'Overview');
  await page.getByRole('button', { name: 'Connect a platform' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Platform' }).click();
  await page.getByRole('option', { name: 'Node-RED' }).click();
  await field(dialog, 'Name').fill(name);
  await field(dialog, 'Address').fill(platform.url);
  await dialog.getByLabel(/^User name/).fill(platform.reader.username);
  await field(dialog, 'Password').fill(platform.reader.password);
  await dialog.getByRole('button', { name: 'Connect and scan' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Leaves the page on the tab named. */
export async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  await loaded(page);
}

/** Waits for the scan after the present one to end, as the page tells it. */
export async function scanNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Scan now' }).click();
  await page.getByRole('button', { name: 'Scanning …' }).waitFor();
  await page.getByRole('button', { name: 'Scan now' }).waitFor({ timeout: 30_000 });
}

/** Gives every question that has no answer yet its first choice, or a plain value; at most `limit` of them. */
export async function answerOpenQuestions(page: Page, limit = Infinity): Promise<void> {
  const cards = await page.locator('[id^="question-"]:not(.question-done)').all();
  const ids = await Promise.all(cards.map((card) => card.getAttribute('id')));
  for (const id of ids.slice(0, limit)) await answerOne(page.locator(`[id="${id}"]`));
}

async function answerOne(card: Locator): Promise<void> {
  const choice = card.getByRole('radio').or(card.getByRole('checkbox')).first();
  if ((await choice.count()) > 0) return choice.check();
  const date = card.locator('input[type="date"]');
  if ((await date.count()) > 0) return date.fill('2026-03-31');
  const text = card.locator('textarea, input').first();
  await text.fill((await text.getAttribute('inputmode')) !== null ? '30' : 'Germany, read from nowhere else');
}

/** Asks for the PDF and returns the bytes that were downloaded. */
export async function producePdf(page: Page): Promise<Buffer> {
  await page.getByRole('button', { name: 'Produce the PDF report' }).click();
  const link = page.getByRole('link', { name: /^Download the PDF/ });
  await link.waitFor({ timeout: 45_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return readFile(await download.path());
}
