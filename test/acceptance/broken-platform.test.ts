import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Platform, Scan } from '../../src/api/schemas.js';
import { freePort } from '../../src/runtime/ports.js';
import { approve, connect, firstAdministrator, join, openDrift, openFindings, scanNow, type ApiClient } from '../support/api-client.js';
import { startGatedProxy, type GatedProxy, type OwnAnswer } from '../support/gated-proxy.js';
import { startTestNodeRed, type TestNodeRed } from '../support/platforms/node-red.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';

// Several of these run side by side on two busy cores.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

interface Trouble {
  readonly what: string;
  readonly code: string;
  readonly answer: OwnAnswer;
}

function truncated(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' });
  response.write('{"flows":[{"id":"a');
  setImmediate(() => response.destroy());
}

const TROUBLES: Trouble[] = [
  { what: 'a server that answers web pages', code: 'PLB-COLLECT-004', answer: (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>') },
  { what: 'a body that is cut short', code: 'PLB-COLLECT-005', answer: (_request, response) => truncated(response) },
  { what: 'a server error', code: 'PLB-COLLECT-014', answer: (_request, response) => void response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"canary-in-an-error"}') },
  { what: 'a password that is refused meanwhile', code: 'PLB-COLLECT-002', answer: (request, response) => (request.url === '/auth/login' ? void response.writeHead(200, { 'content-type': 'application/json' }).end('{"type":"credentials","prompts":[]}') : void response.writeHead(401).end('Unauthorized')) },
];

let plumbline: TestPlumbline;
let nodeRed: TestNodeRed;
let ada: ApiClient;
let otto: ApiClient;
const gates: GatedProxy[] = [];

beforeAll(async () => {
  [plumbline, nodeRed] = await Promise.all([startTestPlumbline(), startTestNodeRed()]);
  ada = await firstAdministrator(plumbline);
  otto = await join(ada, 'Otto Officer', ['officer']);
});
afterAll(async () => {
  await plumbline?.stop();
  await nodeRed?.stop();
  for (const gate of gates) await gate.stop();
});

const secretOf = ({ reader }: TestNodeRed): Record<string, string> => ({ username: reader.username, password: reader.password });

interface Connected {
  readonly gate: GatedProxy;
  readonly platformId: string;
  readonly first: Scan;
}

async function connectedAndApproved(name: string): Promise<Connected> {
  const gate = await startGatedProxy(nodeRed.url);
  gates.push(gate);
  const { platformId, first } = await connect(ada, { name, connectorId: 'node-red', baseUrl: gate.url, secret: secretOf(nodeRed) });
  await approve({ proposer: ada, approver: otto }, platformId, first.scan.id);
  return { gate, platformId, first: first.scan };
}

async function current(platformId: string): Promise<unknown> {
  const { platform } = await ada.get<{ platform: Platform }>(`/platforms/${platformId}`);
  const findings = (await openFindings(ada, platformId)).map((finding) => [finding.number, finding.checkId, finding.resource.key, finding.resolvedAt]);
  return { findings, drift: await openDrift(ada, platformId), counts: platform.openFindings, baseline: platform.baselineVersion };
}

describe('a platform that breaks between two scans', () => {
  it.concurrent.each(TROUBLES)('$what: the scan fails as $code, and what was known stays', async ({ what, code, answer }) => {
    const { gate, platformId, first } = await connectedAndApproved(what);
    const before = await current(platformId);

    gate.answerWith(answer);
    const failed = await scanNow(ada, platformId);
    const after = await current(platformId);
    gate.answerWith(null);
    const healed = await scanNow(ada, platformId);

    expect(failed.scan).toMatchObject({ status: 'failed', root: null, error: { code } });
    expect(failed.scan.error!.next).not.toBe('');
    expect(JSON.stringify(failed)).not.toMatch(/canary-in-an-error|<title>/);
    expect(after).toEqual(before);
    expect(healed.scan).toMatchObject({ status: 'completed', root: first.root, drift: 0 });
  });

  it.concurrent('a server that is gone: the scan fails as PLB-COLLECT-001, and what was known stays', async () => {
    const { gate, platformId } = await connectedAndApproved('gone');
    const before = await current(platformId);

    await gate.stop();
    const failed = await scanNow(ada, platformId);

    expect(failed.scan).toMatchObject({ status: 'failed', root: null, error: { code: 'PLB-COLLECT-001' } });
    expect(await current(platformId)).toEqual(before);
  });

  it('a failed scan cannot become a baseline', async () => {
    const { gate, platformId } = await connectedAndApproved('no baseline of this');
    gate.answerWith(TROUBLES[0]!.answer);
    const failed = await scanNow(ada, platformId);

    const refused = await ada.refusal('POST', `/platforms/${platformId}/baselines`, { scanId: failed.scan.id });

    expect(refused.code).toBe('PLB-BASELINE-003');
  });
});

describe('a platform that is wrong from the start', () => {
  it.each<[string, string, () => Promise<object>]>([
    ['nothing listens there', 'PLB-COLLECT-001', async () => ({ baseUrl: `http://127.0.0.1:${await freePort()}` })],
    ['the password is wrong', 'PLB-COLLECT-002', async () => ({ secret: { username: nodeRed.reader.username, password: 'not-the-password-canary' } })],
    ['it is the portal and no API of Node-RED', 'PLB-COLLECT-004', async () => ({ baseUrl: plumbline.url })],
    ['the address is a cloud metadata service', 'PLB-COLLECT-007', async () => ({ baseUrl: 'http://169.254.169.254/' })],
    ['there is no such connector', 'PLB-COLLECT-010', async () => ({ connectorId: 'no-such-platform' })],
  ])('is refused with a code and a next step, and is not stored: %s', async (_what, code, wrong) => {
    const before = await ada.get<{ items: unknown[] }>('/platforms');

    const refused = await ada.refusal('POST', '/platforms', { name: 'Wrong', connectorId: 'node-red', baseUrl: nodeRed.url, secret: secretOf(nodeRed), environment: 'test', ...(await wrong()) });

    expect(refused).toMatchObject({ code, next: expect.stringMatching(/\w/) });
    expect(JSON.stringify(refused)).not.toContain('canary');
    expect(await ada.get<{ items: unknown[] }>('/platforms')).toEqual(before);
  });
});
