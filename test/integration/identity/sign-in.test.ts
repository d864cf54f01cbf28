import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuth, hashInvitationToken, newInvitationToken, type Auth } from '../../../src/identity/index.js';
import { SYSTEM, type Role } from '../../../src/model/identity.js';
import {
  activatePerson, createInvitation, createPerson, createSignIn, disablePerson, findInvitation, findPersonByAuthUser, findPersonByEmail, listPeople, needsFirstAdministrator, redeemInvitation, type Person, type TenantTx,
} from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let auth: Auth;
const PASSWORD = 'correct horse battery';
const SECRET = Buffer.alloc(32, 4);
const SOON = new Date(Date.now() + 86_400_000);

beforeAll(async () => {
  database = await createTestDatabase();
  auth = createAuth({ databaseUrl: database.appUrl, baseUrl: 'http://127.0.0.1:7080', secret: SECRET, signInLimit: { attempts: 3, windowSeconds: 60 } });
});
afterAll(async () => {
  await auth?.close();
  await database?.drop();
});

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}
async function person(email: string, roles: Role[] = ['officer']): Promise<Person> {
  const passwordHash = (await auth.hashPassword(PASSWORD))!;
  return inTenant(async (tx) => createPerson(tx, null, { email, name: email, roles, authUserId: await createSignIn(tx, { email, name: email, passwordHash }) }));
}
const cookieOf = (cookies: readonly string[]): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');
let address = 0;
const nextIp = (): string => `192.0.2.${(address += 1)}`;

describe('signing in', () => {
  it('works with the right password and gives a cookie that scripts and other sites cannot use', async () => {
    const anna = await person('anna@example.org');

    const result = await auth.signIn({ email: ' Anna@Example.org', password: PASSWORD, clientIp: nextIp() });

    if (!result.ok) throw new Error('was refused');
    expect(result.authUserId).toBe(anna.authUserId);
    expect(result.cookies.every((cookie) => /HttpOnly/i.test(cookie) && /SameSite=Lax/i.test(cookie) && !/Secure/i.test(cookie))).toBe(true);
    expect((await auth.readSession({ cookie: cookieOf(result.cookies) }))?.authUserId).toBe(anna.authUserId);
  });

  it('marks the cookie Secure when people come over https', async () => {
    await person('https@example.org');
    const secure = createAuth({ databaseUrl: database.appUrl, baseUrl: 'https://plumbline.example.org', secret: SECRET });

    const result = await secure.signIn({ email: 'https@example.org', password: PASSWORD, clientIp: nextIp() });
    await secure.close();

    expect(result.ok && result.cookies.every((cookie) => /; Secure/i.test(cookie))).toBe(true);
  });

  it('answers alike for a wrong password and an unknown address', async () => {
    await person('ben@example.org');

    const wrong = await auth.signIn({ email: 'ben@example.org', password: 'wrong password!', clientIp: nextIp() });
    const unknown = await auth.signIn({ email: 'nobody@example.org', password: 'wrong password!', clientIp: nextIp() });

    expect([wrong, unknown]).toEqual([{ ok: false, reason: 'refused' }, { ok: false, reason: 'refused' }]);
  });

  it('is limited per client address, and one address does not lock out another', async () => {
    await person('limited@example.org');
    const clientIp = nextIp();
    const attempt = (from: string, password = 'wrong password!'): ReturnType<Auth['signIn']> => auth.signIn({ email: 'limited@example.org', password, clientIp: from });

    const results = [await attempt(clientIp), await attempt(clientIp), await attempt(clientIp), await attempt(clientIp, PASSWORD)];

    expect(results.map((result) => (result.ok ? 'in' : result.reason))).toEqual(['refused', 'refused', 'refused', 'limited']);
    expect((await attempt(nextIp(), PASSWORD)).ok).toBe(true);
  });

  it('ends at once with sign-out, and when the person is disabled', async () => {
    const carl = await person('carl@example.org');
    await person('admin@example.org', ['administrator']);
    const sign = async (): Promise<string> => {
      const result = await auth.signIn({ email: 'carl@example.org', password: PASSWORD, clientIp: nextIp() });
      if (!result.ok) throw new Error('was refused');
      return cookieOf(result.cookies);
    };
    const [first, second] = [await sign(), await sign()];

    const cleared = await auth.signOut({ cookie: first });
    expect(cleared.join()).toMatch(/Max-Age=0/i);
    expect(await auth.readSession({ cookie: first })).toBeNull();
    expect(await auth.readSession({ cookie: second })).not.toBeNull();
    await inTenant((tx) => disablePerson(tx, SYSTEM, carl.id));

    expect(await auth.readSession({ cookie: second })).toBeNull();
    expect(await inTenant((tx) => findPersonByAuthUser(tx, carl.authUserId!))).toBeNull();
  });

  it('refuses a cookie that was changed, is of another secret, or is missing', async () => {
    await person('dora@example.org');
    const result = await auth.signIn({ email: 'dora@example.org', password: PASSWORD, clientIp: nextIp() });
    const other = createAuth({ databaseUrl: database.appUrl, baseUrl: 'http://127.0.0.1:7080', secret: Buffer.alloc(32, 5) });
    const cookie = cookieOf(result.ok ? result.cookies : []);

    expect(await auth.readSession({ cookie: cookie.replace('=', '=x') })).toBeNull();
    expect(await other.readSession({ cookie })).toBeNull();
    expect(await auth.readSession({})).toBeNull();
    await other.close();
  });

  it('takes no password that is too short or too long', async () => {
    expect(await auth.hashPassword('short')).toBeNull();
    expect(await auth.hashPassword('x'.repeat(129))).toBeNull();
  });
});

describe('people', () => {
  it('have one account per address, and what is refused leaves nothing behind', async () => {
    await person('twice@example.org');
    const before = (await inTenant(listPeople)).length;

    await expect(person('Twice@example.org')).rejects.toMatchObject({ code: 'PLB-API-004' });

    expect((await inTenant(listPeople)).length).toBe(before);
  });

  it('cannot be left without an administrator', async () => {
    const administrators = (await inTenant(listPeople)).filter((item) => item.roles.includes('administrator') && item.disabledAt === null);
    const [only] = administrators.length > 0 ? administrators : [await person('root@example.org', ['administrator'])];

    await expect(inTenant((tx) => disablePerson(tx, SYSTEM, only!.id))).rejects.toMatchObject({ code: 'PLB-API-004' });
  });
});

describe('a one-time link', () => {
  async function invite(kind: 'first-admin' | 'invitation', expiresAt = SOON): Promise<string> {
    const token = newInvitationToken();
    await inTenant((tx) => createInvitation(tx, SYSTEM, { kind, email: 'new@example.org', name: 'New', roles: ['officer'], tokenHash: hashInvitationToken(token), expiresAt }));
    return hashInvitationToken(token);
  }

  it('is used once of many at the same moment', async () => {
    const tokenHash = await invite('invitation');

    const results = await Promise.allSettled(Array.from({ length: 10 }, () => inTenant((tx) => redeemInvitation(tx, { tokenHash, kind: 'invitation' }))));

    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await inTenant((tx) => findInvitation(tx, tokenHash))).toBeNull();
  });

  it('stays usable when making the account fails', async () => {
    const tokenHash = await invite('invitation');
    const failed = inTenant(async (tx) => {
      await redeemInvitation(tx, { tokenHash, kind: 'invitation' });
      throw new Error('on purpose');
    });

    await expect(failed).rejects.toThrow('on purpose');
    expect(await inTenant((tx) => findInvitation(tx, tokenHash))).not.toBeNull();
  });

  it('is refused when unknown, expired or of the other kind', async () => {
    const [expired, invitation] = [await invite('invitation', new Date(Date.now() - 1)), await invite('invitation')];
    const redeem = (tokenHash: string, kind: 'first-admin' | 'invitation'): Promise<unknown> => inTenant((tx) => redeemInvitation(tx, { tokenHash, kind }));

    await expect(redeem('0'.repeat(64), 'invitation')).rejects.toMatchObject({ code: 'PLB-AUTH-003' });
    await expect(redeem(expired, 'invitation')).rejects.toMatchObject({ code: 'PLB-AUTH-003' });
    await expect(redeem(invitation, 'first-admin')).rejects.toMatchObject({ code: 'PLB-AUTH-003' });
  });

  it('for the first administrator ends the one before it', async () => {
    const [first, second] = [await invite('first-admin'), await invite('first-admin')];

    expect(await inTenant((tx) => findInvitation(tx, first))).toBeNull();
    expect(await inTenant((tx) => findInvitation(tx, second))).not.toBeNull();
  });

  it('turns an invited person into one who can sign in, once', async () => {
    const invited = await inTenant((tx) => createPerson(tx, SYSTEM, { email: 'eve@example.org', name: 'Eve', roles: ['auditor'], authUserId: null }));
    const passwordHash = (await auth.hashPassword(PASSWORD))!;
    const activate = (): Promise<Person> => inTenant(async (tx) => activatePerson(tx, { personId: invited.id, name: 'Eve', authUserId: await createSignIn(tx, { email: invited.email, name: 'Eve', passwordHash }) }));

    await activate();

    await expect(activate()).rejects.toMatchObject({ code: 'PLB-API-004' });
    expect((await auth.signIn({ email: 'eve@example.org', password: PASSWORD, clientIp: nextIp() })).ok).toBe(true);
    expect((await inTenant((tx) => findPersonByEmail(tx, 'EVE@example.org')))?.id).toBe(invited.id);
    expect(await inTenant(needsFirstAdministrator)).toBe(false);
  });
});
