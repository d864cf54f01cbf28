import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPortal } from '../../../src/api/index.js';
import { newId, storeCaughtMail } from '../../../src/store/index.js';
import { storePlatform, storeScan } from './stored-facts.js';
import { BASE_URL, startTestPortal, type TestPortal } from './test-portal.js';

let portal: TestPortal;
let cookie: string;
beforeAll(async () => {
  portal = await startTestPortal();
  cookie = (await portal.person('administrator')).cookie;
});
afterAll(() => portal.close());

const vendor = (name: string) => ({ name, contactName: 'C', contactEmail: 'c@example.org' });

describe('a write that another site sends', () => {
  test.each([
    ['no word about where it comes from', null], ['an opaque origin', 'null'], ['another site', 'https://evil.example'], ['another port', 'http://127.0.0.1:7081'], ['a name that begins alike', `${BASE_URL}.evil.example`],
  ])('is refused: %s', async (_case, origin) => {
    const refused = await portal.call('POST', 'vendors', { cookie, origin, body: vendor('csrf') });

    expect([refused.status, refused.body['code']]).toEqual([403, 'PLB-API-006']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])('is not read as %s, which a form can send', async (type) => {
    const refused = await portal.app.inject({ method: 'POST', url: '/api/v1/vendors', headers: { cookie, origin: BASE_URL, 'content-type': type }, payload: JSON.stringify(vendor('csrf')) });

    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([415, 'PLB-API-001']);
  });

  test('is not let in by a method written into a header or the address', async () => {
    const before = (await portal.call('GET', 'people', { cookie })).text;

    const tried = [
      await portal.call('GET', 'people?_method=POST', { cookie, origin: 'https://evil.example', headers: { 'x-http-method-override': 'POST' } }),
      await portal.call('POST', 'people', { cookie, origin: 'https://evil.example', headers: { 'x-http-method-override': 'GET' }, body: {} }),
    ];

    expect(tried.map((answer) => answer.status)).toEqual([200, 403]);
    expect((await portal.call('GET', 'people', { cookie })).text).toBe(before);
  });

  test('after all that no vendor was made', async () => {
    expect((await portal.call('GET', 'vendors', { cookie })).body['items']).toEqual([]);
  });
});

describe('input that cannot be used', () => {
  test('is named field by field', async () => {
    const refused = await portal.call('POST', 'vendors', { cookie, body: { name: '', website: 'javascript:alert(1)', contactName: 'a\r\nBcc: x@example.org', contactEmail: 'nobody', hosts: ['http://x'] } });

    expect(refused.status).toBe(400);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({ type: 'about:blank', title: 'Bad request', status: 400, code: 'PLB-API-001', next: expect.any(String) });
    expect((refused.body['errors'] as unknown as { path: string }[]).map((error) => error.path).toSorted()).toEqual(['contactEmail', 'contactName', 'hosts.0', 'name', 'website']);
  });

  test.each([['cut short', '{"name":'], ['empty', ''], ['a bare word', 'vendors'], ['with a poisoned key', '{"__proto__":{"polluted":1},"name":"x"}']])('is refused when its JSON is %s', async (_case, payload) => {
    const refused = await portal.app.inject({ method: 'POST', url: '/api/v1/vendors', headers: { cookie, origin: BASE_URL, 'content-type': 'application/json' }, payload });

    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([400, 'PLB-API-001']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('is refused when it is larger than a form can be', async () => {
    const refused = await portal.call('POST', 'vendors', { cookie, body: { ...vendor('big'), filler: 'x'.repeat(300_000) } });

    expect([refused.status, refused.body['code']]).toEqual([413, 'PLB-API-001']);
  });

  test.each(['platforms/plt_1', 'scans/..%2f..%2fetc', `vendors/${'v'.repeat(150)}`, 'reports/rep_%00', "assessments/asm_' OR 1=1"])('is refused as an id: %s', async (url) => {
    const refused = await portal.call('GET', url, { cookie });

    expect([refused.status, refused.body['code']]).toEqual([400, 'PLB-API-001']);
  });

  test.each(['findings?limit=0', 'findings?limit=abc', 'findings?severity=terrible', 'audit/events?limit=100000', 'drift?includeGone=perhaps'])('is refused as a query: %s', async (url) => {
    expect((await portal.call('GET', url, { cookie })).status).toBe(400);
  });

  test('a cursor that we did not make begins at the beginning', async () => {
    expect((await portal.call('GET', 'audit/events?cursor=nonsense', { cookie })).status).toBe(200);
  });
});

describe('every answer of the API', () => {
  test('is not kept by a cache, not sniffed, not framed, and tells nobody where the reader came from', async () => {
    const { headers } = await portal.call('GET', 'health');

    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toMatch(/default-src 'self'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('carries the same headers when it is a refusal', async () => {
    const { headers, status } = await portal.call('GET', 'platforms');

    expect(status).toBe(401);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  test('at an address that is not there is a problem in the same form', async () => {
    const answer = await portal.call('GET', 'nothing/here', { cookie });

    expect([answer.status, answer.body['code']]).toEqual([404, 'PLB-API-002']);
  });
});

describe('health', () => {
  test('is told to everybody, with the last finished scan, and without a path, address or secret', async () => {
    const platformId = await storePlatform(portal, 'Watched');
    await storeScan(portal, platformId);

    const answer = await portal.call('GET', 'health');

    expect(answer.body).toMatchObject({ status: 'ok', lastScan: { platform: 'Watched', resources: 2, findings: 1 } });
    expect(answer.text).not.toMatch(/postgres:|127\.0\.0\.1|\/home|\/tmp/);
  });

});

describe('the portal’s pages', () => {
  test('come from its folder; addresses that it routes itself get the page, missing files do not', async () => {
    const folder = join(portal.deps.configuration.home, 'pages');
    await mkdir(join(folder, 'assets'), { recursive: true });
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Plumbline</title>');
    await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'export {};');
    const pages = await startTestPortal({ portalFolder: folder });

    const get = (url: string) => pages.call('GET', url, { origin: null });
    const [root, deep, asset, missing, outside, api] = [await get('/'), await get('/platforms/plt_x?tab=drift'), await get('/assets/app-1a2b.js'), await get('/assets/gone.js'), await get('/..%2f..%2fetc/passwd'), await get('/api/v2/x')];
    await pages.close();

    expect([root.status, deep.status, asset.status, missing.status, api.status]).toEqual([200, 200, 200, 404, 404]);
    expect(deep.text).toContain('<title>Plumbline');
    expect(outside.text).not.toContain('root:');
    expect([root.headers['cache-control'], asset.headers['cache-control']]).toEqual(['no-cache', 'public, max-age=31536000, immutable']);
  });
});

describe('files that are handed out', () => {
  test('a report’s PDF is an attachment under a harmless name, and only once it is ready', async () => {
    const platformId = await storePlatform(portal, 'Quote" \r\nX-Evil: 1; ../../ Ünïcode');
    const scanId = await storeScan(portal, platformId);
    const asked = await portal.call('POST', 'reports', { cookie, body: { kind: 'scan', subjectId: scanId } });
    const { id } = asked.body['report'] as unknown as { id: string };
    const early = await portal.call('GET', `reports/${id}/pdf`, { cookie });
    const sha256 = 'ab'.repeat(32);
    await mkdir(join(portal.deps.blobFolder, 'ab'), { recursive: true });
    await writeFile(join(portal.deps.blobFolder, 'ab', `${sha256}.pdf`), '%PDF-1.7 test');
    await portal.database.asAdmin((client) => client.query(`UPDATE reports SET status = 'ready', sha256 = $2, bytes = 13, pages = 1 WHERE id = $1`, [id, sha256]));

    const pdf = await portal.call('GET', `reports/${id}/pdf`, { cookie });

    expect([asked.status, early.status, early.body['code']]).toEqual([202, 404, 'PLB-REPORT-003']);
    expect([pdf.status, pdf.text, pdf.headers['content-type']]).toEqual([200, '%PDF-1.7 test', 'application/pdf']);
    expect(pdf.headers['content-disposition']).toMatch(/^attachment; filename="plumbline-[A-Za-z0-9-]+\.pdf"$/);
    expect(pdf.headers['x-evil']).toBeUndefined();
    expect(pdf.headers['content-security-policy']).toContain('sandbox');
  });

  test('a hash that is a path leads nowhere', async () => {
    const scanId = await storeScan(portal, await storePlatform(portal, 'Path'));
    const asked = await portal.call('POST', 'reports', { cookie, body: { kind: 'scan', subjectId: scanId } });
    const { id } = asked.body['report'] as unknown as { id: string };
    await portal.database.asAdmin((client) => client.query(`UPDATE reports SET status = 'ready', sha256 = '../../../../etc/passwd' WHERE id = $1`, [id]));

    expect((await portal.call('GET', `reports/${id}/pdf`, { cookie })).body['code']).toBe('PLB-REPORT-003');
  });

  test('the audit trail goes out line by line with its checkpoint, and verifies', async () => {
    const [exported, verified] = [await portal.call('GET', 'audit/export', { cookie }), await portal.call('GET', 'audit/verify', { cookie })];

    const lines = exported.text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(exported.headers['content-type']).toBe('application/x-ndjson');
    expect(lines[0]).toMatchObject({ format: 'plumbline-audit/1', verifierKey: verified.body['verifierKey'] });
    expect(lines.at(-1)).toHaveProperty('checkpoint');
    expect(lines.length - 2).toBe(lines[0]!['size']);
    expect(verified.body).toMatchObject({ ok: true, size: lines[0]!['size'], firstBad: null });
  });

  test('a trail that somebody changed does not verify, and the first bad entry is named', async () => {
    const broken = await startTestPortal();
    const { cookie: reader } = await broken.person('administrator');
    for (const name of ['a', 'b', 'c']) await broken.call('POST', 'vendors', { cookie: reader, body: vendor(name) });
    await broken.database.asAdmin(async (client) => {
      await client.query('ALTER TABLE audit_events DISABLE TRIGGER ALL');
      await client.query(`UPDATE audit_events SET event = replace(event, 'vendor.added', 'vendor.edited') WHERE index = 3`);
    });

    const verified = await broken.call('GET', 'audit/verify', { cookie: reader });
    await broken.close();

    expect(verified.body).toMatchObject({ ok: false, firstBad: 3 });
  });
});

describe('the mailbox', () => {
  test('shows what was caught, and nothing once real mail goes out', async () => {
    const mail = { messageId: '<a@b>', from: 'p@localhost', to: 'v@vendor.example', subject: 'Please answer', text: 'Hello', html: '<p>Hello</p>' };
    await portal.database.store.tenant(portal.database.tenantId, (tx) => storeCaughtMail(tx, mail));
    const real = await startTestPortal({ mailCaught: false, store: portal.deps.store, tenantId: portal.deps.tenantId, auth: portal.deps.auth });

    const list = await portal.call('GET', 'mailbox', { cookie });
    const { id } = (list.body['items'] as unknown as { id: string }[])[0]!;
    const [one, none, hidden] = [await portal.call('GET', `mailbox/${id}`, { cookie }), await real.call('GET', 'mailbox', { cookie }), await real.call('GET', `mailbox/${id}`, { cookie })];
    await real.close();

    expect(list.body).toMatchObject({ active: true, items: [{ subject: 'Please answer', to: 'v@vendor.example' }] });
    expect(one.body).toMatchObject({ text: 'Hello', html: '<p>Hello</p>' });
    expect([none.body, hidden.status]).toEqual([{ active: false, items: [], nextCursor: null }, 404]);
    expect((await portal.call('GET', `mailbox/${newId('mail')}`, { cookie })).status).toBe(404);
  });
});

describe('listening', () => {
  test('on a port that is taken is told with the port and the code', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;

    const started = startPortal({ ...portal.deps, configuration: { ...portal.deps.configuration, port } });

    await expect(started).rejects.toMatchObject({ code: 'PLB-START-001', message: expect.stringContaining(String(port)) });
    holder.close();
  });

  test('answers over a real connection, and closing ends it', async () => {
    const running = await startPortal({ ...portal.deps, configuration: { ...portal.deps.configuration, port: 0 } });

    const answer = await fetch(`${running.address}/api/v1/health`);
    await running.close();

    expect(answer.status).toBe(200);
    await expect(fetch(`${running.address}/api/v1/health`)).rejects.toThrow();
  });

  test('everything that was refused left no stack and no statement in an answer', () => {
    expect(portal.log.join('\n')).not.toContain('PLB-INTERNAL-001');
  });
});
