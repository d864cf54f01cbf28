import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities, type Activities } from '../../../activities/index.js';
import { allQuestions, loadQuestionnaires, textHash } from '../../../src/assess/index.js';
import { ASSESS_VENDOR, assessmentWorkflowId, type AssessVendorResult } from '../../../src/contracts/assess-vendor.js';
import type { Answer } from '../../../src/model/assessment.js';
import { PlumblineError } from '../../../src/model/errors.js';
import type { Actor } from '../../../src/model/identity.js';
import { DAY_MS, hashToken, linkToken, openTransport, type MailTransport } from '../../../src/remind/index.js';
import { createSigningIdentity, openRenderer, verifyPdf } from '../../../src/report/index.js';
import { resolveChromium } from '../../../src/runtime/chromium.js';
import { cacheFolderOf } from '../../../src/runtime/configuration.js';
import {
  addVendor, createAssessment, createPerson, createReport, createRequest, getReport, decideAssessment, findByTokenHash, getAssessment, listEvents, listMails, newId, saveAnswers, storeCaughtMail, listCaughtMails, submitAnswers,
  type Person,
} from '../../../src/store/index.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { quietRuntime } from '../../support/temporal.js';

let database: TestDatabase;
let test: TestDeps;
let activities: Activities;
let officer: Person;
beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  test = await createTestDeps(database);
  activities = createActivities(test.deps);
  officer = await database.store.tenant(database.tenantId, (tx) => createPerson(tx, null, { email: 'omar@harbour.example', name: 'Omar Said', roles: ['officer'], authUserId: null }));
});
afterAll(async () => {
  await test.close();
  await database.drop();
});

function actor(): Actor {
  return { type: 'person', id: officer.id, name: officer.name };
}

async function newAssessment(contactEmail = 'ida@northwind.example'): Promise<{ tenantId: string; assessmentId: string; requestId: string; dueAt: Date }> {
  const { tenantId, store } = database;
  const questionnaire = (await loadQuestionnaires(join(import.meta.dirname, '../../../packs')))[0]!;
  const dueAt = new Date(Date.now() + 20 * DAY_MS);
  return store.tenant(tenantId, async (tx) => {
    const vendor = await addVendor(tx, actor(), { name: `Northwind ${randomUUID()}`, contactName: 'Ida Brandt', contactEmail });
    const assessment = await createAssessment(tx, actor(), { vendorId: vendor.id, questionnaire, dueAt });
    const requestId = newId('request');
    const tokenHash = hashToken(linkToken({ key: test.deps.keys.links, tenantId, requestId, linkVersion: 1 }));
    await createRequest(tx, actor(), { id: requestId, assessmentId: assessment.id, contactName: 'Ida Brandt', contactEmail, tokenHash, expiresAt: new Date(dueAt.getTime() + 30 * DAY_MS) });
    return { tenantId, assessmentId: assessment.id, requestId, dueAt };
  });
}

async function submit(assessmentId: string): Promise<void> {
  await database.store.tenant(database.tenantId, async (tx) => {
    const { questionnaire } = await getAssessment(tx, assessmentId);
    const [question] = allQuestions(questionnaire);
    const answers: Answer[] = [{ questionId: question!.id, textHash: textHash(question!), value: 'yes', comment: '' }];
    const { revision } = await saveAnswers(tx, { type: 'request', id: 'req', name: 'Ida Brandt' }, { assessmentId, expectedRevision: 0, answers });
    await submitAnswers(tx, { type: 'request', id: 'req', name: 'Ida Brandt' }, { assessmentId, expectedRevision: revision, submittedBy: 'Ida Brandt' });
  });
}

function run<K extends keyof Activities>(name: K, input: Parameters<Activities[K]>[0], over: Activities = activities): Promise<Awaited<ReturnType<Activities[K]>>> {
  return new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR', () => undefined) }).run(over[name] as never, input as never) as never;
}

function mailsOf(assessmentId: string) {
  return database.store.tenant(database.tenantId, async (tx) => (await listMails(tx, { assessmentId })).items.reverse());
}

function withTransport(transport: Partial<MailTransport>): Activities {
  return createActivities({ ...test.deps, mailTransport: () => ({ close: () => undefined, send: async (message) => ({ messageId: message.messageId }), ...transport }) });
}

describe('an assessment over the real engine, database and mail', () => {
  it('mails a working link, thanks, tells the officer, and ends with the decision', async () => {
    const { tenantId, assessmentId, dueAt } = await newAssessment();
    const address = inject('temporalAddress');
    const [native, connection] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })]);
    const taskQueue = `assess-${randomUUID()}`;
    const worker = await Worker.create({ connection: native, taskQueue, workflowBundle: { codePath: inject('workflowBundlePath') }, activities });

    const result = await worker.runUntil(async () => {
      const handle = await new Client({ connection }).workflow.start(ASSESS_VENDOR, {
        args: [{ tenantId, assessmentId, dueAtMs: dueAt.getTime() }], taskQueue, workflowId: assessmentWorkflowId(tenantId, assessmentId), workflowExecutionTimeout: '1 day',
      });
      await expect.poll(() => test.mails.length, { timeout: 15_000 }).toBe(1);
      const link = new URL(/https:\S+#\S+/.exec(test.mails[0]!.text)![0]);
      expect(await database.store.tenant(tenantId, (tx) => findByTokenHash(tx, hashToken(link.hash.slice(1))))).toMatchObject({ assessmentId });
      await submit(assessmentId);
      await handle.signal('answersSubmitted');
      await expect.poll(async () => (await database.store.tenant(tenantId, (tx) => getAssessment(tx, assessmentId))).state, { timeout: 15_000 }).toBe('in-review');
      await database.store.tenant(tenantId, (tx) => decideAssessment(tx, actor(), { assessmentId, decision: 'accepted', reason: null }));
      await handle.signal('decisionRecorded');
      return handle.result() as Promise<AssessVendorResult>;
    });
    await Promise.all([native.close(), connection.close()]);

    expect(result).toEqual({ assessmentId, outcome: 'accepted', remindersSent: 0 });
    expect((await mailsOf(assessmentId)).map(({ kind, state, attempts, recipientEmail }) => [kind, state, attempts, recipientEmail])).toEqual([
      ['request', 'sent', 1, 'ida@northwind.example'], ['receipt', 'sent', 1, 'ida@northwind.example'], ['submitted-notice', 'sent', 1, 'omar@harbour.example'],
    ]);
    expect(test.mails.find((mail) => mail.to.includes('omar'))!.text).toContain(`https://plumbline.example.org/assessments/${assessmentId}`);
    const events = (await database.store.tenant(tenantId, (tx) => listEvents(tx, { subjectId: assessmentId }))).items.map((event) => event.action);
    expect(events.reverse()).toEqual(['assessment.created', 'assessment.sent', 'answers.saved', 'assessment.submitted', 'assessment.in-review', 'assessment.accepted']);
  });
});

describe('a report', () => {
  it('of an assessment lies under its hash, verifies, and is not made twice', async () => {
    const ref = await newAssessment();
    await submit(ref.assessmentId);
    const renderer = await openRenderer(await resolveChromium({ cacheFolder: cacheFolderOf(process.env) }));
    const signing = await createSigningIdentity({ name: 'Test', passphrase: 'test', notBefore: new Date(0) });
    const report = await database.store.tenant(ref.tenantId, (tx) => createReport(tx, actor(), { kind: 'assessment', subjectId: ref.assessmentId, title: 'Assessment' }));

    const made = await run('renderReport', { tenantId: ref.tenantId, reportId: report.id }, createActivities({ ...test.deps, renderer: async () => renderer, signing })).finally(() => renderer.close());

    const pdf = await readFile(join(test.blobFolder, made.sha256.slice(0, 2), `${made.sha256}.pdf`));
    expect(verifyPdf(pdf).valid).toBe(true);
    expect((await readdir(join(test.blobFolder, made.sha256.slice(0, 2)))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await expect(run('renderReport', { tenantId: ref.tenantId, reportId: report.id })).resolves.toEqual(made);
  }, 120_000);

  it('that cannot be made says why, by a code', async () => {
    const ref = await newAssessment();
    const report = await database.store.tenant(ref.tenantId, (tx) => createReport(tx, actor(), { kind: 'assessment', subjectId: ref.assessmentId, title: 'Assessment' }));
    const without = createActivities({ ...test.deps, signing: { p12: new Uint8Array(), passphrase: '' }, renderer: () => Promise.reject(new PlumblineError('PLB-START-006', 'There is no Chromium on this machine.')) });

    await expect(run('renderReport', { tenantId: ref.tenantId, reportId: report.id }, without)).rejects.toMatchObject({ type: 'PLB-START-006', nonRetryable: true });
    await run('failReport', { tenantId: ref.tenantId, reportId: report.id, code: 'PLB-START-006', message: 'There is no Chromium on this machine.' });

    expect(await database.store.tenant(ref.tenantId, (tx) => getReport(tx, report.id))).toMatchObject({ status: 'failed', errorCode: 'PLB-START-006', sha256: null });
  });
});

describe('the outbox', () => {
  it('queues one mail however often the step is repeated, and keeps neither link nor token', async () => {
    const ref = await newAssessment();

    const ids = [await run('openRequest', ref), await run('openRequest', ref)].map(({ mailId }) => mailId);

    expect(new Set(ids).size).toBe(1);
    const token = linkToken({ key: test.deps.keys.links, tenantId: ref.tenantId, requestId: ref.requestId, linkVersion: 1 });
    expect(JSON.stringify(await mailsOf(ref.assessmentId))).not.toContain(token);
  });

  it('hands over once more after a crash between handing over and noting it, and the mailbox shows one mail', async () => {
    const ref = await newAssessment();
    const { mailId } = await run('openRequest', ref);
    const before = test.mails.length;
    const crashing = withTransport({
      send: async (message) => {
        await (await test.deps.mailTransport()).send(message);
        throw new Error('killed here');
      },
    });

    await expect(run('sendMail', { tenantId: ref.tenantId, mailId }, crashing)).rejects.toMatchObject({ type: 'PLB-INTERNAL-001', nonRetryable: false });
    await run('sendMail', { tenantId: ref.tenantId, mailId });
    await run('sendMail', { tenantId: ref.tenantId, mailId });

    const arrived = test.mails.slice(before);
    expect(arrived.map((mail) => mail.messageId)).toEqual([arrived[0]!.messageId, arrived[0]!.messageId]);
    const kept = await database.store.tenant(ref.tenantId, async (tx) => {
      for (const mail of arrived) await storeCaughtMail(tx, mail);
      return (await listCaughtMails(tx)).items.filter((mail) => mail.messageId === arrived[0]!.messageId);
    });
    expect(kept).toHaveLength(1);
    expect(await mailsOf(ref.assessmentId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('keeps a mail for another try while nobody listens, and sends it when somebody does', async () => {
    const ref = await newAssessment();
    const { mailId } = await run('openRequest', ref);
    const nobody = openTransport('smtp://127.0.0.1:1', { timeoutMs: 1_000 });

    await expect(run('sendMail', { tenantId: ref.tenantId, mailId }, withTransport(nobody))).rejects.toMatchObject({ type: 'PLB-MAIL-001', nonRetryable: false });
    expect(await mailsOf(ref.assessmentId)).toMatchObject([{ state: 'failed', attempts: 1, sentAt: null }]);
    await expect(run('sendMail', { tenantId: ref.tenantId, mailId })).resolves.toEqual({ sent: true });

    nobody.close();
    expect(await mailsOf(ref.assessmentId)).toMatchObject([{ state: 'sent', attempts: 2, lastError: null }]);
  });

  it('marks an address that cannot be one as bounced and does not try again', async () => {
    const ref = await newAssessment('ida@northwind.example, eve@evil.example');
    const { mailId } = await run('openRequest', ref);

    await expect(run('sendMail', { tenantId: ref.tenantId, mailId })).rejects.toMatchObject({ type: 'PLB-MAIL-002', nonRetryable: true });

    expect(await mailsOf(ref.assessmentId)).toMatchObject([{ state: 'bounced' }]);
    await expect(run('sendMail', { tenantId: ref.tenantId, mailId })).resolves.toEqual({ sent: false });
  });

  it('sends no reminder that is no longer true', async () => {
    const ref = await newAssessment();
    const queued = await run('queueMail', { ...ref, kind: 'reminder', sequence: 1, remindersSent: 0 });
    const before = test.mails.length;
    await submit(ref.assessmentId);

    await expect(run('sendMail', { tenantId: ref.tenantId, mailId: queued.mailId! })).resolves.toEqual({ sent: false });
    await expect(run('queueMail', { ...ref, kind: 'overdue', sequence: 4, remindersSent: 1 })).resolves.toEqual({ mailId: null });

    expect(test.mails).toHaveLength(before);
  });

  it('keeps reminders in one thread with the request, answers going to the officer', async () => {
    const ref = await newAssessment();
    const sent: { inReplyTo?: string; messageId: string; replyTo?: object }[] = [];
    const noting = withTransport({ send: async (message) => (sent.push(message), { messageId: message.messageId }) });

    const { mailId } = await run('openRequest', ref);
    await run('sendMail', { tenantId: ref.tenantId, mailId }, noting);
    const reminder = await run('queueMail', { ...ref, kind: 'reminder', sequence: 1, remindersSent: 0 });
    await run('sendMail', { tenantId: ref.tenantId, mailId: reminder.mailId! }, noting);

    expect(sent[1]).toMatchObject({ inReplyTo: sent[0]!.messageId, replyTo: { name: 'Omar Said', address: 'omar@harbour.example' } });
  });
});
