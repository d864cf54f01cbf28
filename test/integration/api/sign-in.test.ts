import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASE_URL, PASSWORD, cookieOf, firstAdminToken, startTestPortal, type TestPortal } from './test-portal.js';

let portal: TestPortal;
beforeAll(async () => { portal = await startTestPortal(); });
afterAll(() => portal.close());

const me = async (cookie: string): Promise<unknown> => (await portal.call('GET', 'me', { cookie })).body['person'];

describe('the first administrator', () => {
  test('is made once by the link, is signed in, and the same link does nothing afterwards', async () => {
    const token = await firstAdminToken(portal.database);
    const before = await portal.call('GET', 'setup');

    const made = await portal.call('POST', 'setup', { body: { token, name: 'First', email: 'First@Example.org', password: PASSWORD } });
    const again = await portal.call('POST', 'setup', { body: { token, name: 'Second', email: 'second@example.org', password: PASSWORD } });

    expect(before.body).toEqual({ needed: true });
    expect(made.status).toBe(201);
    expect(await me(cookieOf(made))).toMatchObject({ email: 'first@example.org', roles: ['administrator'], state: 'active' });
    expect([again.status, again.body['code']]).toEqual([410, 'PLB-AUTH-003']);
    expect((await portal.call('GET', 'setup')).body).toEqual({ needed: false });
  });

  test('of two who use the link at the same moment one comes in', async () => {
    const token = await firstAdminToken(portal.database);

    const answers = await Promise.all(['a', 'b', 'c'].map((name) => portal.call('POST', 'setup', { body: { token, name, email: `${name}@race.example`, password: PASSWORD } })));

    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 410, 410]);
  });

  test('a link of yesterday, an invented one and an invitation of another kind are refused in the same words', async () => {
    const stale = await firstAdminToken(portal.database, new Date(Date.now() - 1));
    const setUp = (token: string) => portal.call('POST', 'setup', { body: { token, name: 'X', email: 'x@example.org', password: PASSWORD } });

    const [expired, invented] = [await setUp(stale), await setUp('x'.repeat(43))];

    expect(expired.status).toBe(410);
    expect(expired.text).toBe(invented.text);
  });

  test('a short password is refused by name and leaves the link unused', async () => {
    const token = await firstAdminToken(portal.database);

    const refused = await portal.call('POST', 'setup', { body: { token, name: 'Y', email: 'y@example.org', password: 'short' } });
    const made = await portal.call('POST', 'setup', { body: { token, name: 'Y', email: 'y@example.org', password: PASSWORD } });

    expect([refused.status, refused.body['errors']]).toEqual([400, [{ path: 'password', message: 'must have at least 12 characters' }]]);
    expect(made.status).toBe(201);
  });
});

describe('signing in', () => {
  test('an unknown address and a wrong password are refused in the same words', async () => {
    const { email } = await portal.person('auditor');

    const wrong = await portal.call('POST', 'sign-in', { body: { email, password: 'not the right one' } });
    const unknown = await portal.call('POST', 'sign-in', { body: { email: 'nobody@example.org', password: 'not the right one' } });

    expect([wrong.status, wrong.body['code'], wrong.cookies]).toEqual([401, 'PLB-AUTH-004', []]);
    expect(unknown.text).toBe(wrong.text);
  });

  test('gives a cookie that scripts cannot read, and what the person may do', async () => {
    const { email } = await portal.person('auditor');

    const answer = await portal.call('POST', 'sign-in', { body: { email: email.toUpperCase(), password: PASSWORD } });

    expect(answer.status).toBe(200);
    expect(answer.cookies.join()).toMatch(/HttpOnly/i);
    expect(answer.cookies.join()).toMatch(/SameSite=(Lax|Strict)/i);
    expect(answer.body['permissions']).toContain('audit.read');
    expect(answer.body['permissions']).not.toContain('scans.run');
  });

  test('too many wrong tries on one account are slowed down, and others on the same address still come in', async () => {
    const [victim, other] = [await portal.person('auditor'), await portal.person('auditor')];
    const attempt = (email: string, password: string) => portal.call('POST', 'sign-in', { body: { email, password } });

    const tries = [];
    for (let count = 0; count < 12; count += 1) tries.push(await attempt(victim.email, 'a wrong password'));

    expect(tries[0]!.status).toBe(401);
    expect([tries.at(-1)!.status, tries.at(-1)!.body['code']]).toEqual([429, 'PLB-API-005']);
    expect(Number(tries.at(-1)!.headers['retry-after'])).toBeGreaterThan(0);
    expect((await attempt(other.email, PASSWORD)).status).toBe(200);
  });
});

describe('a session', () => {
  test('ends on the server when the person signs out: the old cookie is worth nothing', async () => {
    const { email } = await portal.person('officer');
    const cookie = cookieOf(await portal.call('POST', 'sign-in', { body: { email, password: PASSWORD } }));

    await portal.call('POST', 'sign-out', { cookie, body: {} });

    expect(await me(cookie)).toBeNull();
    expect((await portal.call('GET', 'platforms', { cookie })).status).toBe(401);
  });

  test('ends with the next request when the person is disabled, and signing in again is refused', async () => {
    const [administrator, officer] = [await portal.person('administrator'), await portal.person('officer')];
    expect((await portal.call('GET', 'platforms', { cookie: officer.cookie })).status).toBe(200);

    const disabled = await portal.call('POST', `people/${officer.id}/disable`, { cookie: administrator.cookie, body: {} });

    expect(disabled.body['person']).toMatchObject({ state: 'disabled' });
    expect((await portal.call('GET', 'platforms', { cookie: officer.cookie })).status).toBe(401);
    expect((await portal.call('POST', 'sign-in', { body: { email: officer.email, password: PASSWORD } })).status).toBe(401);
  });

  test('a lost role is lost with the next request', async () => {
    const officer = await portal.person('officer');
    const vendor = { name: 'V', contactName: 'C', contactEmail: 'c@example.org' };
    expect((await portal.call('POST', 'vendors', { cookie: officer.cookie, body: vendor })).status).toBe(201);

    await portal.database.asAdmin((client) => client.query(`UPDATE people SET roles = '{auditor}' WHERE id = $1`, [officer.id]));

    expect((await portal.call('POST', 'vendors', { cookie: officer.cookie, body: { ...vendor, name: 'W' } })).status).toBe(403);
  });

  test('a cookie with one letter changed is nobody', async () => {
    const { cookie } = await portal.person('officer');
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace(/token=./, 'token=X');

    expect(await me(forged)).toBeNull();
  });
});

describe('an invitation', () => {
  test('works once, leads to the configured address, and its token is nowhere in the database', async () => {
    const { cookie } = await portal.person('administrator');
    const invited = await portal.call('POST', 'people', { cookie, body: { email: 'new@example.org', name: 'New Person', roles: ['officer'] }, headers: { host: 'evil.example' } });
    const url = String(invited.body['invitationUrl']);
    const token = new URL(url).hash.slice(1);

    const accept = () => portal.call('POST', 'invitations/accept', { body: { token, name: 'New Person', password: PASSWORD } });
    const [first, second] = [await accept(), await accept()];

    expect(url.startsWith(`${BASE_URL}/invitation#`)).toBe(true);
    expect([first.status, second.status, second.body['code']]).toEqual([201, 410, 'PLB-AUTH-003']);
    expect(await everyText(token)).toEqual([]);
    expect(portal.log.join()).not.toContain(token);
  });

  test('a person who never came can be invited again, one who has an account cannot', async () => {
    const { cookie } = await portal.person('administrator');
    const invite = () => portal.call('POST', 'people', { cookie, body: { email: 'late@example.org', name: 'Late', roles: ['auditor'] } });
    await invite();

    const again = await invite();
    await portal.call('POST', 'invitations/accept', { body: { token: new URL(String(again.body['invitationUrl'])).hash.slice(1), name: 'Late', password: PASSWORD } });

    expect(again.status).toBe(201);
    expect([(await invite()).status, (await invite()).body['code']]).toEqual([409, 'PLB-API-004']);
  });

  test('roles, tenant and state cannot be slipped in by whoever accepts', async () => {
    const { cookie } = await portal.person('administrator');
    const invited = await portal.call('POST', 'people', { cookie, body: { email: 'low@example.org', name: 'Low', roles: ['auditor'] } });
    const token = new URL(String(invited.body['invitationUrl'])).hash.slice(1);

    const accepted = await portal.call('POST', 'invitations/accept', { body: { token, name: 'Low', password: PASSWORD, roles: ['administrator'], tenantId: 'x', email: 'ada@example.org' } });

    expect(accepted.body['person']).toMatchObject({ email: 'low@example.org', roles: ['auditor'] });
  });
});

async function everyText(needle: string): Promise<string[]> {
  return portal.database.asAdmin(async (client) => {
    const tables = await client.query<{ schema: string; name: string }>(`SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_schema IN ('public', 'auth') AND table_type = 'BASE TABLE'`);
    expect(tables.rows.length).toBeGreaterThan(20);
    const found: string[] = [];
    for (const { schema, name } of tables.rows) {
      const hits = await client.query(`SELECT 1 FROM "${schema}"."${name}" t WHERE t::text LIKE $1 LIMIT 1`, [`%${needle}%`]);
      if (hits.rowCount) found.push(`${schema}.${name}`);
    }
    return found;
  });
}
