import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeAuthority, selfSigned } from './certificates.js';
import type { Certificate } from './certificates.js';

const ours = makeAuthority('Plumbline Test Authority');
const folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-'));
const trusted = join(folder, 'authority.pem');
writeFileSync(trusted, ours.cert);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: { close(): void }[] = [];
afterEach(() => { for (const server of open.splice(0)) server.close(); });

async function serve(certificate: Certificate, options: ServerOptions = {}): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer({ ...certificate, ...options }, (request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/down/things') response.writeHead(302, { location: `http://127.0.0.1:${(server.address() as AddressInfo).port}/things` });
    response.end('{}');
  });
  // handshakes that break off are what is tested
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { port: (server.address() as AddressInfo).port, asked };
}
/** One visit through the door, as a program of its own: which authorities are trusted is settled when Node.js starts. */
const VISIT = `
  import { openDoor } from ${JSON.stringify(pathToFileURL('src/collect/http/door.ts').href)};
  const door = openDoor({ baseUrl: process.env.VISIT_URL, allowLoopback: true, limits: { headerMs: 5_000, totalMs: 5_000 } });
  const result = await door.send({ path: '/things', headers: { 'X-Api-Key': 'key-0001-canary' } }).then(({ status }) => ({ status }), ({ code, message }) => ({ code, message }));
  door.close();
  console.log(JSON.stringify(result));
`;
function visit(url: string, env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', VISIT], { env: { ...process.env, VISIT_URL: url, NODE_EXTRA_CA_CERTS: trusted, ...env } });
    let out = '';
    let error = '';
    child.stdout.on('data', (part) => { out += String(part); });
    child.stderr.on('data', (part) => { error += String(part); });
    child.on('close', () => { try { resolve(JSON.parse(out) as Record<string, unknown>); } catch { reject(new Error(`no result: ${error}`)); } });
  });
}

const here = { name: 'plumbline.example', ip: '127.0.0.1' };
const SWITCHES = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0' };

describe('a certificate', () => {
  it('of an authority that the operator trusts is taken', async () => {
    const server = await serve(ours.issue(here));

    expect(await visit(`https://127.0.0.1:${server.port}`)).toEqual({ status: 200 });
    expect(server.asked).toEqual(['/things']);
  });

  it.each<[string, () => Certificate, string]>([
    ['expired', () => ours.issue({ ...here, from: -30, to: -1 }), 'has expired'],
    ['not valid yet', () => ours.issue({ ...here, from: 1, to: 30 }), 'not valid yet'],
    ['for another host', () => ours.issue({ name: 'other.example' }), 'for another host'],
    ['self-signed', () => selfSigned(here.name, here.ip), 'self-signed'],
    ['of an unknown authority', () => makeAuthority('Somebody Else').issue(here), 'unknown authority'],
  ])('that is %s is refused in words before the key is sent, and no switch of the environment changes that', async (_what, certificate, words) => {
    const server = await serve(certificate());

    const [plain, switched] = await Promise.all([visit(`https://127.0.0.1:${server.port}`), visit(`https://127.0.0.1:${server.port}`, SWITCHES)]);

    expect(plain).toMatchObject({ code: 'PLB-COLLECT-001', message: expect.stringContaining(words) });
    expect(switched).toMatchObject({ code: 'PLB-COLLECT-001', message: expect.stringContaining(words) });
    expect(server.asked).toEqual([]);
  });
});

describe('the protocol', () => {
  it.each<[string, ServerOptions]>([['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1' }], ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }]])('%s is refused, whatever the environment says', async (_what, versions) => {
    const server = await serve(ours.issue(here), { ...versions, ciphers: 'DEFAULT@SECLEVEL=0' });

    // a client that takes anything gets through, so that the refusal is ours
    const lax = connect({ port: server.port, host: '127.0.0.1', ca: ours.cert, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await once(lax, 'secureConnect');
    lax.destroy();

    const results = await Promise.all([visit(`https://127.0.0.1:${server.port}`), visit(`https://127.0.0.1:${server.port}`, SWITCHES)]);

    for (const result of results) expect(result).toMatchObject({ code: 'PLB-COLLECT-001', message: expect.stringContaining('TLS') });
    expect(server.asked).toEqual([]);
  });

  it('does not fall back to clear text by a redirect', async () => {
    const server = await serve(ours.issue(here));

    expect(await visit(`https://127.0.0.1:${server.port}/down`)).toMatchObject({ code: 'PLB-COLLECT-007' });
    expect(server.asked).toEqual(['/down/things']);
  });
});
