/** The database goes away under a running portal, by a relay that is cut. */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuth, type Auth } from '../../../src/identity/index.js';
import { openStore, type Store } from '../../../src/store/index.js';
import { BASE_URL, PASSWORD, startTestPortal, type TestPortal } from './test-portal.js';

interface Relay {
  port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

async function startRelay(target: { host: string; port: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(target);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    }).listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => void (server = await listen(port)),
  };
}

let direct: TestPortal;
let portal: TestPortal;
let relay: Relay;
let store: Store;
let auth: Auth;
let officer: { cookie: string; email: string };
beforeAll(async () => {
  direct = await startTestPortal();
  officer = await direct.person('officer');
  const url = new URL(direct.database.appUrl);
  relay = await startRelay({ host: url.hostname, port: Number(url.port) });
  url.port = String(relay.port);
  store = await openStore({ appUrl: url.href });
  const secret = randomBytes(32);
  auth = createAuth({ databaseUrl: url.href, baseUrl: BASE_URL, secret, signInLimit: { attempts: 1000, windowSeconds: 60 } });
  portal = await startTestPortal({ store, auth, tenantId: direct.deps.tenantId });
});
afterAll(async () => {
  await portal.close();
  await auth.close();
  await store.close();
  await relay.cut();
  await direct.close();
});

test('while the database is away every address says 503 and when to try again, health is still told, and afterwards all is well', async () => {
  const signedIn = await portal.call('POST', 'sign-in', { body: { email: officer.email, password: PASSWORD } });
  const cookie = signedIn.cookies.map((one) => one.split(';')[0]).join('; ');
  const calls = [['GET', 'platforms'], ['GET', 'setup'], ['GET', 'me'], ['POST', 'vendors']] as const;
  const ask = () => Promise.all(calls.map(([method, url]) => portal.call(method, url, { cookie, ...(method === 'POST' ? { body: { name: 'N', contactName: 'C', contactEmail: 'c@example.org' } } : {}) })));
  expect((await ask()).map((answer) => answer.status)).toEqual([200, 200, 200, 201]);

  await relay.cut();
  const away = [...(await ask()), await portal.call('POST', 'sign-in', { body: { email: officer.email, password: PASSWORD } }), await portal.call('POST', 'link/redeem', { body: { token: 'x'.repeat(43) } })];
  const health = await portal.call('GET', 'health');
  await relay.mend();

  expect(away.map((answer) => [answer.status, answer.body['code'], answer.headers['retry-after']])).toEqual(away.map(() => [503, 'PLB-API-003', '5']));
  expect(away.map((answer) => answer.text).join()).not.toMatch(/ECONN|127\.0\.0\.1|postgres/);
  expect([health.status, health.body['lastScan']]).toEqual([200, null]);
  expect((await ask()).map((answer) => answer.status)).toEqual([200, 200, 200, 409]);
});
