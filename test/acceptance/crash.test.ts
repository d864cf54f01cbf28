import { createServer } from 'node:net';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AssessmentDetails, AuditVerification, Health, LinkRequest, Question, Vendor } from '../../src/api/schemas.js';
import type { AnswerValue } from '../../src/model/assessment.js';
import { freePort, portState } from '../../src/runtime/ports.js';
import { apiClient, approve, connect, endedScan, firstAdministrator, join, newestScan, openDrift, openFindings, scanNow, signIn, startScan, type ApiClient } from '../support/api-client.js';
import { startGatedProxy, type GatedProxy } from '../support/gated-proxy.js';
import { startHeldMailServer, type HeldMailServer } from '../support/held-mail-server.js';
import { startTestNodeRed, type TestNodeRed } from '../support/platforms/node-red.js';
import { startTestPlumbline, type TestPlumbline } from '../support/plumbline.js';
import { isRunning, killPart, processNamed, recordedPorts, recordedProcesses, runCommand } from '../support/plumbline-processes.js';
import { until } from '../support/until.js';

// Several of these run side by side on two busy cores.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** As long as promised on a free machine; other work on this one stretches it. */
const readyLimitMs = (): number => 15_000 * Math.max(1, (loadavg()[0] ?? 1) / cpus().length);

let plumbline: TestPlumbline;
let nodeRed: TestNodeRed;
let gate: GatedProxy;
let mail: HeldMailServer;
let ada: ApiClient;
let otto: ApiClient;
let platformId: string;

function start(again: Partial<TestPlumbline> = {}): Promise<TestPlumbline> {
  return startTestPlumbline({ ...again, env: { SMTP_URL: mail.url, MAIL_FROM: 'Plumbline <plumbline@harbour.example>' } });
}

beforeAll(async () => {
  [mail, nodeRed] = await Promise.all([startHeldMailServer(), startTestNodeRed()]);
  [plumbline, gate] = await Promise.all([start(), startGatedProxy(nodeRed.url)]);
  ada = await firstAdministrator(plumbline);
  otto = await join(ada, 'Otto Officer', ['officer']);
  const secret = { username: nodeRed.reader.username, password: nodeRed.reader.password };
  const connected = await connect(ada, { name: 'Roastery', connectorId: 'node-red', baseUrl: gate.url, secret });
  platformId = connected.platformId;
  await approve({ proposer: ada, approver: otto }, platformId, connected.first.scan.id);
});
afterAll(async () => {
  gate?.release();
  mail?.release();
  await plumbline?.stop();
  await gate?.stop();
  await nodeRed?.stop();
  await mail?.stop();
});

const DETAILS = (request: { path: string }): boolean => request.path.startsWith('/credentials/');

/** A scan that has read the flows and waits for the answer to a detail. Returns the scan's id. */
async function scanInTheMiddle(): Promise<string> {
  const before = (await newestScan(ada, platformId))!.id;
  const held = gate.hold(DETAILS);
  await startScan(ada, platformId);
  await held;
  const scan = (await newestScan(ada, platformId))!;
  expect(scan.id).not.toBe(before);
  expect(scan.status).toBe('running');
  return scan.id;
}

/** The supervisor brings another one up. */
async function killTheWorker(): Promise<void> {
  const killed = killPart(plumbline.home, 'worker');
  await until(() => {
    const next = processNamed(plumbline.home, 'worker');
    return next !== null && next.pid !== killed.pid ? next : null;
  }, { what: 'another worker runs' });
}

async function expectNothingDoubled(): Promise<void> {
  const findings = (await openFindings(ada, platformId)).map((finding) => `${finding.checkId} ${finding.resource.kind} ${finding.resource.key} ${finding.location.step ?? ''}`);
  expect(new Set(findings).size).toBe(findings.length);
  const drift = (await openDrift(ada, platformId)).map((item) => item.fingerprint);
  expect(new Set(drift).size).toBe(drift.length);
  expect(await ada.get<AuditVerification>('/audit/verify')).toMatchObject({ ok: true, firstBad: null });
}

describe('kill -9 of the worker', () => {
  it('in the middle of a scan: the scan goes on after its last page and ends once', async () => {
    await nodeRed.api.addHost('https://newcomer.example.org/rows');
    const scanId = await scanInTheMiddle();
    const askedBefore = gate.asked.length;

    await killTheWorker();
    gate.release();
    const { scan } = await endedScan(ada, platformId, null);

    expect(scan).toMatchObject({ id: scanId, status: 'completed', drift: 1 });
    expect(gate.asked.slice(askedBefore).filter((line) => line === 'GET /flows')).toEqual([]);
    expect((await openDrift(ada, platformId)).map((item) => item.resource.name)).toEqual([expect.stringMatching(/^New host/)]);
    await expectNothingDoubled();
    const again = await scanNow(ada, platformId);
    expect([again.scan.root, again.scan.findings, again.scan.drift]).toEqual([scan.root, scan.findings, 1]);
  });

  it('in the middle of an assessment: every mail arrives once', async () => {
    const { vendor } = await ada.post<{ vendor: Vendor }>('/vendors', { name: 'Night Pager', contactName: 'Vera Vendor', contactEmail: 'vera@pager.example' });
    const dueAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const held = mail.hold();
    const { assessment } = await ada.post<AssessmentDetails>(`/vendors/${vendor.id}/assessments`, { questionnaireId: 'mvsp-v3', dueAt });

    await held;
    await killTheWorker();
    mail.release();
    const request = await until(() => mail.taken[0] ?? null, { what: 'the request arrives' });
    const heldAgain = mail.hold();
    await answerEverything(request.text);
    await heldAgain;
    await killTheWorker();
    mail.release();
    const details = await until(async () => {
      const now = await ada.get<AssessmentDetails>(`/assessments/${assessment.id}`);
      return now.mails.length === 3 && now.mails.every((entry) => entry.state === 'sent') ? now : null;
    }, { what: 'receipt and notice are sent' });

    expect(details.assessment).toMatchObject({ state: 'in-review', submittedBy: 'Vera Vendor' });
    expect(details.mails.map((entry) => entry.kind).sort()).toEqual(['receipt', 'request', 'submitted-notice']);
    expect(mail.taken.map((entry) => entry.to.includes('vera@pager.example')).sort()).toEqual([false, true, true]);
    expect(new Set(mail.taken.map((entry) => entry.messageId)).size).toBe(3);
    await expectNothingDoubled();
  });
});

function fitting({ type, options = [] }: Question): AnswerValue {
  const first = options[0]?.value ?? 'yes';
  return { 'yes-no': first, 'yes-no-na': first, single: first, multi: [first], text: 'As our policy says.', number: 3, date: '2026-06-01' }[type];
}

/** As the vendor: opens the link of the mail, answers all, submits. */
async function answerEverything(mailText: string): Promise<void> {
  const vera = apiClient(plumbline.url);
  const token = /\/answer#([\w-]+)/.exec(mailText)?.[1];
  const { questionnaire, revision } = await vera.post<LinkRequest>('/link/redeem', { token });
  const questions = questionnaire.sections.flatMap((section) => section.questions);
  const answers = questions.map((question) => ({ questionId: question.id, textHash: question.textHash, value: fitting(question), comment: 'See our policy.' }));
  const saved = await vera.put<{ revision: number }>('/link/answers', { revision, answers });
  await vera.post('/link/submit', { revision: saved.revision, name: 'Vera Vendor' });
}

describe('another start', () => {
  it('on the same folder is refused, and the first one is not disturbed', async () => {
    const ended = await runCommand(['up', '--no-demo'], { PLUMBLINE_HOME: plumbline.home, PLUMBLINE_PORT: String(await freePort()) });

    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('PLB-START-002')]);
    expect(ended.stderr).toContain(`process ${plumbline.pid}`);
    expect((await ada.get<Health>('/health')).status).toBe('ok');
  });

  it('on a port that is used is refused, and leaves nothing behind', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const home = mkdtempSync(path(tmpdir(), 'plumbline-taken-'));
    try {
      const ended = await runCommand(['up', '--no-demo'], { PLUMBLINE_HOME: home, PLUMBLINE_PORT: String(port) });

      expect([ended.code, ended.stderr]).toEqual([3, expect.stringMatching(new RegExp(`PLB-START-001.*:${port} .*process ${process.pid}`, 's'))]);
      expect(existsSync(path(home, 'plumbline.lock'))).toBe(false);
      expect(existsSync(path(home, 'run', 'processes')) ? recordedProcesses(home) : []).toEqual([]);
    } finally {
      holder.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('kill -9 of the supervisor', () => {
  it('while a scan runs: the next start is ready soon, cleans up, and the scan ends', async () => {
    const scanId = await scanInTheMiddle();
    const before = recordedProcesses(plumbline.home);
    const findings = (await openFindings(ada, platformId)).length;

    await plumbline.kill();
    const began = Date.now();
    plumbline = await start({ home: plumbline.home, port: plumbline.port });
    const readyMs = Date.now() - began;
    gate.release();
    ada = await signIn(plumbline.url);
    const { scan } = await endedScan(ada, platformId, null);

    expect(readyMs, plumbline.printed).toBeLessThan(readyLimitMs());
    expect(before.map((entry) => entry.name).sort()).toEqual(['portal', 'postgres', 'temporal', 'worker']);
    expect(before.filter(isRunning)).toEqual([]);
    expect(scan).toMatchObject({ id: scanId, status: 'completed', drift: 1 });
    expect((await openFindings(ada, platformId)).length).toBe(findings);
    expect((await ada.get<{ items: unknown[] }>('/people')).items.length).toBe(2);
    expect((await ada.get<{ items: unknown[] }>('/assessments')).items.length).toBe(1);
    await expectNothingDoubled();
  });
});

describe('Ctrl+C', () => {
  it('ends with 130, with every process gone and every port free', async () => {
    const processes = recordedProcesses(plumbline.home);
    const ports = [plumbline.port, ...recordedPorts(plumbline.home)];

    const code = await plumbline.stop({ keep: true });

    expect(code).toBe(130);
    expect(processes.map((entry) => entry.name).sort()).toEqual(['portal', 'postgres', 'temporal', 'worker']);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(ports.length).toBeGreaterThanOrEqual(5);
    expect(await Promise.all(ports.map((port) => portState(port)))).toEqual(ports.map(() => 'free'));
    expect([recordedProcesses(plumbline.home), existsSync(path(plumbline.home, 'plumbline.lock'))]).toEqual([[], false]);
  });
});
