/**
 * Every route x every kind of caller. The table below is written by hand and not derived from the roles' table: a route
 * without a row, or a right that widened, fails here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/api/routes/index.js';
import { addVendor, newId } from '../../../src/store/index.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { linkTokenOf, storePlatform, storeScan } from './stored-facts.js';
import { cookieOf, startTestPortal, type TestPortal } from './test-portal.js';

const CALLERS = ['nobody', 'link', 'auditor', 'officer', 'administrator'] as const;
type Caller = (typeof CALLERS)[number];

const everybody = CALLERS;
const signedIn: readonly Caller[] = ['auditor', 'officer', 'administrator'];
const officers: readonly Caller[] = ['officer', 'administrator'];
const administrators: readonly Caller[] = ['administrator'];
const holder: readonly Caller[] = ['link'];

const MATRIX: Record<string, readonly Caller[]> = {
  'GET /health': everybody, 'GET /openapi.json': everybody, 'GET /setup': everybody, 'POST /setup': everybody, 'GET /me': everybody, 'POST /sign-in': everybody, 'POST /sign-out': everybody,
  'POST /invitations/accept': everybody, 'POST /link/redeem': everybody,
  'GET /people': administrators, 'POST /people': administrators, 'POST /people/:id/disable': administrators, 'GET /mailbox': administrators, 'GET /mailbox/:id': administrators,
  'POST /platforms': administrators, 'DELETE /platforms/:id': administrators, 'PUT /platforms/:id/secret': administrators, 'POST /connectors/:id/preflight': administrators,
  'GET /connectors': signedIn, 'GET /platforms': signedIn, 'GET /platforms/:id': signedIn, 'GET /platforms/:id/scans': signedIn, 'GET /platforms/:id/observations': signedIn, 'GET /platforms/:id/observations/export': signedIn, 'GET /scans/:id': signedIn, 'GET /findings': signedIn, 'GET /drift': signedIn,
  'GET /platforms/:id/baselines': signedIn, 'GET /platforms/:id/schedule': signedIn, 'GET /questionnaires': signedIn, 'GET /vendors': signedIn, 'GET /vendors/:id': signedIn, 'GET /assessments': signedIn,
  'GET /assessments/:id': signedIn, 'POST /reports': signedIn, 'GET /reports': signedIn, 'GET /reports/:id': signedIn, 'GET /reports/:id/pdf': signedIn, 'GET /audit/events': signedIn,
  'GET /audit/verify': signedIn, 'GET /audit/export': signedIn,
  'POST /platforms/:id/scans': officers, 'POST /platforms/:id/confirm-count': officers, 'POST /platforms/:id/baselines': officers, 'POST /baselines/:id/decision': officers, 'PUT /platforms/:id/schedule': officers, 'DELETE /platforms/:id/schedule': officers,
  'POST /platforms/:id/schedule/pause': officers, 'POST /platforms/:id/schedule/resume': officers, 'POST /platforms/:id/schedule/trigger': officers, 'POST /vendors': officers,
  'POST /vendors/:id/assessments': officers, 'POST /assessments/:id/decision': officers, 'POST /assessments/:id/cancel': officers,
  'GET /link/request': holder, 'PUT /link/answers': holder, 'POST /link/submit': holder,
};

let portal: TestPortal;
let cookies: Record<Caller, string | undefined>;

beforeAll(async () => {
  portal = await startTestPortal();
  const [administrator, officer, auditor] = [await portal.person('administrator'), await portal.person('officer'), await portal.person('auditor')];
  cookies = { nobody: undefined, administrator: administrator.cookie, officer: officer.cookie, auditor: auditor.cookie, link: await linkCookie(officer.cookie) };
});
afterAll(() => portal.close());

async function linkCookie(officer: string): Promise<string> {
  const vendor = await portal.call('POST', 'vendors', { cookie: officer, body: { name: 'Matrix', contactName: 'M', contactEmail: 'm@example.org' } });
  const vendorId = (vendor.body['vendor'] as unknown as { id: string }).id;
  const made = await portal.call('POST', `vendors/${vendorId}/assessments`, { cookie: officer, body: { questionnaireId: 'mvsp-v3', dueAt: new Date(Date.now() + 30 * 86_400_000).toISOString() } });
  const token = await linkTokenOf(portal, (made.body['assessment'] as unknown as { id: string }).id);
  return cookieOf(await portal.call('POST', 'link/redeem', { body: { token } }));
}

const KIND_OF: Record<string, Parameters<typeof newId>[0]> = { people: 'person', platforms: 'platform', scans: 'scan', baselines: 'baseline', vendors: 'vendor', assessments: 'assessment', reports: 'report', mailbox: 'mail' };

/** With ids of the right form that nothing has, and an empty body: who is let in meets 200, 400 or 404, and changes nothing. */
function addressOf(url: string): string {
  return url.slice(1).replace(/^([a-z]+)\/:id/, (_match, noun: string) => `${noun}/${noun === 'connectors' ? 'n8n' : newId(KIND_OF[noun]!)}`);
}

const routes = ROUTES.map((route) => `${route.method} ${route.url}`);

test('every route has a row, and every row a route', () => {
  expect(routes.toSorted()).toEqual(Object.keys(MATRIX).toSorted());
});

describe.each(routes)('%s', (route) => {
  test.each(CALLERS)('as %s', async (caller) => {
    const [method, url] = route.split(' ') as [string, string];
    // Signing out for good would end the session that the later rows use.
    const cookie = url === '/sign-out' ? undefined : cookies[caller];

    const answer = await portal.call(method, addressOf(url), { cookie, ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }) });

    const allowed = MATRIX[route]!.includes(caller);
    if (allowed) expect([200, 400, 404, 410]).toContain(answer.status);
    else expect([answer.status, answer.body['code']]).toEqual(refusal(url, caller));
    expect(answer.status === 404 && allowed ? answer.body['code'] : null).not.toBe('PLB-ASSESS-001');
    expect(answer.text).not.toMatch(/\bat .*\.ts|SELECT |node_modules/);
  });
});

/** Link routes tell nobody whether there is something; the others ask to sign in, or name the missing right. */
function refusal(url: string, caller: Caller): [number, string] {
  if (url.startsWith('/link/')) return [404, 'PLB-ASSESS-001'];
  return caller === 'nobody' || caller === 'link' ? [401, 'PLB-AUTH-001'] : [403, 'PLB-AUTH-002'];
}

describe('another tenant', () => {
  test('is not there: its ids are answered like ids that never were', async () => {
    const other = newId('tenant');
    await portal.database.asAdmin((client) => client.query(`INSERT INTO tenants (id, name) VALUES ($1, 'Other')`, [other]));
    const platformId = await storePlatform(portal, 'Theirs', other);
    const scanId = await storeScan(portal, platformId, { tenantId: other });
    const vendor = await portal.database.store.tenant(other, (tx) => addVendor(tx, SYSTEM, { name: 'Theirs', contactName: 'T', contactEmail: 't@example.org' }));
    const cookie = cookies.administrator;

    const pairs = [['GET', 'platforms', platformId, 'platform'], ['GET', 'scans', scanId, 'scan'], ['GET', 'vendors', vendor.id, 'vendor'], ['DELETE', 'platforms', platformId, 'platform']] as const;
    for (const [method, noun, id, kind] of pairs) {
      const [theirs, nobodys] = [await portal.call(method, `${noun}/${id}`, { cookie }), await portal.call(method, `${noun}/${newId(kind)}`, { cookie })];
      expect(theirs.status).toBe(404);
      expect(theirs.text).toBe(nobodys.text);
    }
    expect((await portal.call('GET', 'platforms', { cookie })).text).not.toContain('Theirs');
    expect((await portal.call('POST', 'reports', { cookie, body: { kind: 'scan', subjectId: scanId } })).status).toBe(404);
    expect((await portal.call('GET', `findings?platformId=${platformId}`, { cookie })).body).toEqual({ items: [], nextCursor: null });
  });
});
