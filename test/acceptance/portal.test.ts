/**
 * The portal as people use it: real Plumbline, real Node-RED, real browser. One story, told in order; each test goes on where
 * the one before it ended.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestNodeRed, type TestNodeRed } from '../support/platforms/node-red.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';
import { buttonsOf, openBrowser, PHONE, violations, type PortalBrowser } from './portal-browser.js';
import { answerOpenQuestions, connectNodeRed, createAccount, field, invite, open, producePdf, scanNow, tab } from './portal-steps.js';

const PLATFORM = 'Roastery flows';
const VENDOR = 'Beanport BV';

let plumbline: TestPlumbline;
let nodeRed: TestNodeRed;
let browser: PortalBrowser;
let ada: Page;
let ben: Page;
let platformPath: string;
let assessmentPath: string;

beforeAll(async () => {
  [plumbline, nodeRed] = await Promise.all([startTestPlumbline(), startTestNodeRed()]);
  browser = await openBrowser(plumbline.chromium, plumbline.url);
  ada = await browser.person();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([nodeRed?.stop(), plumbline?.stop()]);
});

/** Every page with its heading, as the first administrator finds them. */
const EMPTY_PAGES: [string, string][] = [
  ['/', 'Overview'], ['/findings', 'Findings'], ['/vendors', 'Vendors'], ['/reports', 'Reports'], ['/audit', 'Audit trail'], ['/people', 'People'], ['/mailbox', 'Mailbox'],
];

describe('a new Plumbline in the browser', () => {
  it('leads a stranger to the sign-in, and back to where they wanted to go', async () => {
    await ada.goto('/vendors');
    await ada.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

    expect(new URL(ada.url()).searchParams.get('back')).toBe('/vendors');
    expect(await violations(ada)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('makes the first administrator by the one-time link, once', async () => {
    await createAccount(ada, plumbline.firstAdminUrl!, { name: 'Ada Okafor', email: 'ada@example.org' });
    const stranger = await browser.person();
    await stranger.goto(plumbline.firstAdminUrl!);
    await field(stranger, 'Your name').fill('Eve');
    await field(stranger, 'E-mail').fill('eve@example.org');
    await field(stranger, 'Password').fill('correct horse battery staple');
    await stranger.getByRole('button', { name: 'Create the account' }).click();

    expect(await stranger.getByRole('alert').innerText()).toContain('PLB-AUTH-003');
    expect(browser.takeTroubles()).toEqual(['answer: 410 POST /api/v1/setup']);
    await stranger.context().close();
  });

  it('shows every page while there is nothing on it, in both colour schemes, without an error', async () => {
    const found: string[] = [];
    for (const [path, heading] of EMPTY_PAGES) {
      await open(ada, path, heading);
      found.push(...(await violations(ada)));
      expect(await ada.locator('h1').count(), path).toBe(1);
      expect(await ada.title()).toBe(`${heading} · Plumbline`);
    }

    expect(found).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });
});

describe('watching a platform', () => {
  it('says in words what is wrong with an address, and keeps what was typed', async () => {
    await open(ada, '/', 'Overview');
    await ada.getByRole('button', { name: 'Connect a platform' }).click();
    const dialog = ada.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Platform' }).click();
    await ada.getByRole('option', { name: 'Node-RED' }).click();
    await field(dialog, 'Name').fill(PLATFORM);
    await field(dialog, 'Address').fill('roastery');
    await dialog.getByRole('button', { name: 'Connect and scan' }).click();

    expect(await dialog.getByRole('alert').innerText()).toMatch(/Address must be an address such as/);
    expect(await field(dialog, 'Name').inputValue()).toBe(PLATFORM);
    expect(await violations(ada)).toEqual([]);
    expect(browser.takeTroubles()).toEqual(['answer: 400 POST /api/v1/connectors/node-red/preflight']);
    await ada.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('connects it by the form, scans it and shows what is open', async () => {
    await connectNodeRed(ada, nodeRed, PLATFORM);
    platformPath = new URL(ada.url()).pathname;
    await ada.getByRole('tab', { name: /^Findings \([1-9]/ }).waitFor({ timeout: 30_000 });
    const row = ada.getByRole('row').filter({ hasText: 'Critical' }).first();
    await row.getByRole('button').click();
    await ada.getByText('Why it matters.').waitFor();

    expect(await ada.getByText('What to do.').count()).toBe(1);
    expect(await violations(ada)).toEqual([]);
    await ada.getByRole('link', { name: 'what was read' }).click();
    await ada.getByRole('heading', { level: 2, name: 'What was read' }).waitFor();
    expect(await ada.getByRole('row').filter({ hasText: 'Flows' }).first().innerText()).toContain('Collected');
    expect(await violations(ada)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('refuses the approval of whoever proposed the baseline, and takes it from a second officer', async () => {
    await open(ada, `${platformPath}?tab=baselines`, PLATFORM);
    await ada.getByRole('button', { name: 'Propose the last scan as baseline' }).click();
    await ada.getByText('You proposed it, so another officer has to approve it.').waitFor();
    expect(await ada.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    expect(await decideByHand(ada)).toMatchObject({ status: 403, code: 'PLB-BASELINE-001' });
    ben = await browser.person();
    await createAccount(ben, await invite(ada, { name: 'Ben Farouk', email: 'ben@example.org', role: 'Compliance officer' }), { name: 'Ben Farouk' });

    await open(ben, `${platformPath}?tab=baselines`, PLATFORM);
    await ben.getByRole('button', { name: 'Approve baseline v1' }).click();
    await field(ben.getByRole('dialog'), 'Reason').fill('Reviewed with the roastery');
    await ben.getByRole('dialog').getByRole('button', { name: 'Approve baseline v1' }).click();
    await ben.getByText('Approved by Ben Farouk').waitFor();

    expect(await violations(ben)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('shows exactly one change after one change on the platform, and no other after a save without an edit', async () => {
    await nodeRed.api.addHost('https://exports.dataharbour.example.net/upload');
    await open(ben, `${platformPath}?tab=drift`, PLATFORM);
    await scanNow(ben);
    await ben.getByRole('tab', { name: 'Drift (1)' }).waitFor();
    await ben.getByRole('article').first().waitFor();
    expect(await ben.getByRole('article').allInnerTexts()).toEqual([expect.stringMatching(/Request “New host \d+” was added to “Green bean stock”/)]);

    await nodeRed.api.noOpSave();
    await scanNow(ben);
    await ben.getByRole('tab', { name: 'Drift (1)' }).waitFor();

    expect(await ben.getByRole('article').count()).toBe(1);
    expect(await violations(ben)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('sets a schedule and tells when it runs next', async () => {
    await tab(ben, 'Schedule');
    await ben.getByRole('button', { name: 'Save the schedule' }).click();
    await ben.getByRole('heading', { level: 2, name: 'Next runs' }).waitFor();
    expect(await ben.getByRole('region', { name: 'Next runs' }).getByRole('listitem').count()).toBe(5);
    await ben.getByRole('button', { name: 'Pause' }).click();

    await ben.getByRole('heading', { level: 2, name: 'Paused' }).waitFor();
    expect(await violations(ben)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });
});

describe('asking a vendor', () => {
  let link: string;

  it('registers it and sends a questionnaire whose mail can be read in the mailbox', async () => {
    await open(ben, '/vendors', 'Vendors');
    await ben.getByRole('button', { name: 'Register a vendor' }).click();
    await field(ben.getByRole('dialog'), 'Name').fill(VENDOR);
    await field(ben.getByRole('dialog'), 'Contact: name').fill('Mira Sand');
    await field(ben.getByRole('dialog'), 'Contact: e-mail').fill('mira@beanport.example');
    await ben.getByRole('button', { name: 'Register the vendor' }).click();
    await ben.getByRole('heading', { level: 1, name: VENDOR }).waitFor();
    await ben.getByRole('button', { name: 'Send a questionnaire' }).click();
    await ben.getByRole('button', { name: 'Send the request' }).click();
    await ben.getByRole('heading', { level: 2, name: 'Mails' }).waitFor();
    assessmentPath = new URL(ben.url()).pathname;
    expect(await violations(ben)).toEqual([]);

    await open(ada, '/mailbox', 'Mailbox');
    await ada.getByRole('table').getByRole('button').first().click();
    link = (await ada.getByRole('dialog').getByRole('link', { name: /\/answer#/ }).getAttribute('href'))!;

    expect(await violations(ada)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('lets it answer from the mailed link on a phone, leave, and go on with the same link', async () => {
    const phone = await browser.person(PHONE);
    await phone.goto(link);
    await phone.getByRole('heading', { level: 1, name: 'You have been asked to answer a questionnaire' }).waitFor();
    expect(await violations(phone)).toEqual([]);
    await phone.getByRole('button', { name: 'Start' }).click();
    await phone.getByRole('heading', { level: 1, name: /MVSP/ }).waitFor();
    await answerOpenQuestions(phone, 5);
    await phone.getByText(/^Saved at /).waitFor();
    expect(await violations(phone)).toEqual([]);
    expect(await phone.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'no scrolling sideways').toBe(true);
    await phone.context().close();

    const later = await browser.person(PHONE);
    await later.goto(link);
    await later.getByRole('button', { name: 'Start' }).click();

    await later.getByText(/^5 of \d+ answered$/).waitFor();
    await later.getByLabel(/^Your name/).fill('Mira Sand');
    await later.getByRole('button', { name: 'Submit the answers' }).click();
    await later.getByText('This question still needs an answer.').first().waitFor();
    await answerOpenQuestions(later);
    await later.getByRole('button', { name: 'Submit the answers' }).click();
    await later.getByRole('heading', { name: 'Thank you, Mira Sand. That was all.' }).waitFor();
    await later.reload();
    await later.getByRole('button', { name: 'Start' }).click();
    await later.getByRole('heading', { level: 1, name: 'Your answers were submitted' }).waitFor();
    expect(await violations(later)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
    await later.context().close();
  });

  it('shows the officer the answers and takes the decision', async () => {
    await open(ben, assessmentPath, /MVSP/);
    await ben.getByText('Germany, read from nowhere else').first().waitFor();
    await ben.getByRole('button', { name: 'Accept the answers' }).click();
    await field(ben.getByRole('dialog'), 'Reason').fill('Good enough for stock data');
    await ben.getByRole('dialog').getByRole('button', { name: 'Accept the answers' }).click();
    await ben.getByText('Accepted by Ben Farouk').waitFor();

    expect(await violations(ben)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });
});

describe('the auditor', () => {
  const MAY_PRESS = /^(Produce the PDF report|Download the PDF.*|Verify the trail|Export|Show .*|Before and after.*|Where it is|)$/;
  let chiara: Page;

  it('reads everything and finds no button that changes anything', async () => {
    chiara = await browser.person();
    await createAccount(chiara, await invite(ada, { name: 'Chiara Lindqvist', email: 'chiara@example.org', role: 'Auditor' }), { name: 'Chiara Lindqvist' });
    const paths: [string, string | RegExp][] = [
      ['/', 'Overview'], [`${platformPath}?tab=drift`, PLATFORM], [`${platformPath}?tab=baselines`, PLATFORM], [`${platformPath}?tab=schedule`, PLATFORM], [`${platformPath}?tab=log`, PLATFORM], ['/vendors', 'Vendors'], [assessmentPath, /MVSP/], ['/reports', 'Reports'], ['/audit', 'Audit trail'],
    ];
    const buttons: string[] = [];
    for (const [path, heading] of paths) {
      await open(chiara, path, heading);
      buttons.push(...(await buttonsOf(chiara)));
    }

    expect(buttons.filter((words) => !MAY_PRESS.test(words.replace('›', '').trim()))).toEqual([]);
    expect(await chiara.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toEqual(['Overview', 'Findings', 'Vendors', 'Reports', 'Audit trail']);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('downloads the PDFs of the scan and of the assessment', async () => {
    await open(chiara, assessmentPath, /MVSP/);
    const assessment = await producePdf(chiara);
    await open(chiara, platformPath, PLATFORM);
    await chiara.getByRole('link', { name: 'what was read' }).click();
    const scan = await producePdf(chiara);

    for (const pdf of [assessment, scan]) expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    await open(chiara, '/reports', 'Reports');
    expect(await chiara.getByRole('row').filter({ hasText: 'Ready' }).count()).toBe(2);
    expect(await violations(chiara)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('finds that the audit trail verifies', async () => {
    await open(chiara, '/audit', 'Audit trail');
    await chiara.getByRole('button', { name: 'Verify the trail' }).click();
    await chiara.getByText('The trail verifies').waitFor();

    expect(await violations(chiara)).toEqual([]);
    expect(browser.takeTroubles()).toEqual([]);
  });

  it('is led to the sign-in when the account is disabled, without an error on the way', async () => {
    await open(ada, '/people', 'People');
    await ada.getByRole('row').filter({ hasText: 'Chiara Lindqvist' }).getByRole('button', { name: 'Disable' }).click();
    await ada.getByRole('dialog').getByRole('button', { name: 'Disable Chiara Lindqvist' }).click();
    await ada.getByRole('row').filter({ hasText: 'Chiara Lindqvist' }).getByText('Disabled').waitFor();

    await chiara.getByRole('link', { name: 'Vendors' }).click();

    await chiara.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(browser.takeTroubles().every((trouble) => trouble.startsWith('answer: 401 GET'))).toBe(true);
  });
});

/** What a person could send past the page: the button is a courtesy, the server is the guard. */
async function decideByHand(page: Page): Promise<{ status: number; code: string }> {
  const list = await page.request.get(`/api/v1${platformPath}/baselines`);
  const { items } = (await list.json()) as { items: { id: string }[] };
  const answer = await page.request.post(`/api/v1/baselines/${items[0]!.id}/decision`, { headers: { origin: plumbline.url }, data: { decision: 'approved', reason: 'I am in a hurry' } });
  return { status: answer.status(), code: ((await answer.json()) as { code: string }).code };
}
