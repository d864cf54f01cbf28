import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/model/assessment.js';
import type { Actor } from '../../../src/model/identity.js';
import { SYSTEM } from '../../../src/model/identity.js';
import {
  addVendor, advanceAssessment, cancelAssessment, claimMail, createAssessment, createReport, createRequest, decideAssessment, expireAssessment, failReport, findByTokenHash, findSession, finishReport,
  getAssessment, getCaughtMail, getMail, getReport, getRequest, listAssessments, listCaughtMails, listEvents, listMails, listReports, listVendors, markBounced, markFailed, markOpened, markSent, newId,
  openSession, queueMail, revokeRequest, saveAnswers, startReport, storeCaughtMail, submitAnswers, type TenantTx,
} from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA, BEN, QUESTIONNAIRE } from './samples.js';

let database: TestDatabase;
beforeAll(async () => { database = await createTestDatabase(); });
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}
const SOON = new Date(Date.now() + 86_400_000);
const hash = (): string => randomBytes(32).toString('hex');
const answer = (questionId: string, value: Answer['value'], comment = ''): Answer => ({ questionId, textHash: 't', value, comment });

interface Cycle { vendorId: string; assessmentId: string; requestId: string; tokenHash: string; holder: Actor }

async function cycle(): Promise<Cycle> {
  return inTenant(async (tx) => {
    const vendor = await addVendor(tx, ANNA, { name: `Vendor ${newId('vendor')}`, contactName: 'Vera', contactEmail: 'vera@example.com', hosts: ['API.example.com'] });
    const assessment = await createAssessment(tx, ANNA, { vendorId: vendor.id, questionnaire: QUESTIONNAIRE, dueAt: SOON });
    const tokenHash = hash();
    const request = await createRequest(tx, SYSTEM, { assessmentId: assessment.id, contactName: 'Vera', contactEmail: 'vera@example.com', tokenHash, expiresAt: SOON });
    return { vendorId: vendor.id, assessmentId: assessment.id, requestId: request.id, tokenHash, holder: { type: 'request', id: request.id, name: 'Vera' } };
  });
}
const actions = async (subjectId: string): Promise<string[]> => (await inTenant((tx) => listEvents(tx, { subjectId }))).items.map((event) => event.action).reverse();

describe('an assessment', () => {
  it('goes from planned to decided, each step once and on record', async () => {
    const { assessmentId, holder, vendorId } = await cycle();
    const advance = (state: 'sent' | 'opened'): Promise<boolean> => inTenant((tx) => advanceAssessment(tx, SYSTEM, { assessmentId, state }));

    expect([await advance('sent'), await advance('opened'), await advance('sent'), await advance('opened')]).toEqual([true, true, false, false]);
    const saved = await inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 0, answers: [answer('q1', true), answer('q2', 'With care', 'see \u202E')] }));
    await inTenant((tx) => submitAnswers(tx, holder, { assessmentId, expectedRevision: saved.revision, submittedBy: 'Vera Vendor' }));
    await inTenant((tx) => decideAssessment(tx, BEN, { assessmentId, decision: 'accepted', reason: 'fine' }));

    const detail = await inTenant((tx) => getAssessment(tx, assessmentId));
    expect(detail).toMatchObject({ state: 'done', decision: 'accepted', decidedBy: BEN.id, revision: 1, submittedBy: 'Vera Vendor', questionnaire: QUESTIONNAIRE, vendor: { hosts: ['api.example.com'] } });
    expect(detail.answers).toEqual([answer('q1', true), answer('q2', 'With care', 'see \u202E')]);
    expect(detail.request?.revokedAt).not.toBeNull();
    expect(await actions(assessmentId)).toEqual(['assessment.created', 'assessment.sent', 'assessment.opened', 'answers.saved', 'assessment.submitted', 'assessment.accepted']);
    expect((await inTenant(listVendors)).find((vendor) => vendor.id === vendorId)).toMatchObject({ openAssessments: 0, lastAssessment: { id: assessmentId, state: 'done' } });
  });

  it('keeps answers of two windows apart: the later save must know the earlier one', async () => {
    const { assessmentId, holder } = await cycle();
    await inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 0, answers: [answer('q1', true)] }));

    const stale = inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 0, answers: [answer('q1', false)] }));

    await expect(stale).rejects.toMatchObject({ code: 'PLB-ASSESS-004', details: { revision: 1 } });
    expect((await inTenant((tx) => getAssessment(tx, assessmentId))).answers).toEqual([answer('q1', true)]);
    await inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 1, answers: [answer('q2', ['a', 'b'])] }));
    expect((await inTenant((tx) => getAssessment(tx, assessmentId))).answers).toEqual([answer('q1', true), answer('q2', ['a', 'b'])]);
  });

  it('is submitted once of 50 at the same moment, with one event', async () => {
    const { assessmentId, holder } = await cycle();

    const results = await Promise.allSettled(Array.from({ length: 50 }, () => inTenant((tx) => submitAnswers(tx, holder, { assessmentId, expectedRevision: 0, submittedBy: 'Vera' }))));

    const refused = results.filter((result) => result.status === 'rejected').map((result) => (result.reason as { code: string }).code);
    expect(refused).toEqual(Array.from({ length: 49 }, () => 'PLB-ASSESS-002'));
    expect((await actions(assessmentId)).filter((action) => action === 'assessment.submitted')).toHaveLength(1);
  });

  it('is not submitted from answers that changed since they were checked', async () => {
    const { assessmentId, holder } = await cycle();
    await inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 0, answers: [answer('q1', true)] }));

    await expect(inTenant((tx) => submitAnswers(tx, holder, { assessmentId, expectedRevision: 0, submittedBy: 'Vera' }))).rejects.toMatchObject({ code: 'PLB-ASSESS-004' });
  });

  it('takes no answer and no second decision after its end, and no decision before it is submitted', async () => {
    const { assessmentId, holder } = await cycle();
    const decide = (): Promise<unknown> => inTenant((tx) => decideAssessment(tx, BEN, { assessmentId, decision: 'rejected', reason: null }));

    await expect(decide()).rejects.toMatchObject({ code: 'PLB-ASSESS-002' });
    await inTenant((tx) => submitAnswers(tx, holder, { assessmentId, expectedRevision: 0, submittedBy: 'Vera' }));
    await expect(inTenant((tx) => saveAnswers(tx, holder, { assessmentId, expectedRevision: 0, answers: [] }))).rejects.toMatchObject({ code: 'PLB-ASSESS-002' });
    expect((await Promise.allSettled([decide(), decide(), decide()])).filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    await expect(inTenant((tx) => cancelAssessment(tx, ANNA, assessmentId))).rejects.toMatchObject({ code: 'PLB-ASSESS-002' });
  });

  it('ends its link and the sessions of the link when it is cancelled or runs out', async () => {
    const [cancelled, expired] = [await cycle(), await cycle()];
    const sessionHash = hash();
    await inTenant((tx) => openSession(tx, cancelled.holder, { requestId: cancelled.requestId, sessionHash, expiresAt: SOON }));

    await inTenant((tx) => cancelAssessment(tx, ANNA, cancelled.assessmentId));
    await inTenant((tx) => expireAssessment(tx, SYSTEM, expired.assessmentId));
    await inTenant((tx) => expireAssessment(tx, SYSTEM, expired.assessmentId));

    expect(await inTenant((tx) => findSession(tx, sessionHash))).toBeNull();
    expect(await inTenant((tx) => findByTokenHash(tx, cancelled.tokenHash))).toBeNull();
    expect(await inTenant((tx) => findByTokenHash(tx, expired.tokenHash))).toBeNull();
    expect((await actions(expired.assessmentId)).filter((action) => action === 'assessment.expired')).toHaveLength(1);
  });

  it('that was submitted in the last moment does not run out any more', async () => {
    const { assessmentId, holder, tokenHash } = await cycle();
    await inTenant((tx) => submitAnswers(tx, holder, { assessmentId, expectedRevision: 0, submittedBy: 'Vera Vendor' }));

    await inTenant((tx) => expireAssessment(tx, SYSTEM, assessmentId));

    expect((await inTenant((tx) => getAssessment(tx, assessmentId))).state).toBe('submitted');
    expect(await inTenant((tx) => findByTokenHash(tx, tokenHash))).not.toBeNull();
    expect((await inTenant((tx) => decideAssessment(tx, BEN, { assessmentId, decision: 'accepted', reason: null }))).decision).toBe('accepted');
  });

  it('is listed newest first, of one vendor or of all', async () => {
    const made = await cycle();

    expect((await inTenant((tx) => listAssessments(tx, { vendorId: made.vendorId }))).items.map((item) => [item.id, item.questionnaireTitle])).toEqual([[made.assessmentId, 'Basics']]);
    const first = await inTenant((tx) => listAssessments(tx, { limit: 1 }));
    const second = await inTenant((tx) => listAssessments(tx, { limit: 1, cursor: first.nextCursor }));
    expect(first.items[0]!.id).not.toBe(second.items[0]!.id);
  });

  it('is of a vendor whose name is registered once', async () => {
    await inTenant((tx) => addVendor(tx, ANNA, { name: 'Twice', contactName: 'V', contactEmail: 'v@example.com' }));

    await expect(inTenant((tx) => addVendor(tx, ANNA, { name: 'Twice', contactName: 'W', contactEmail: 'w@example.com' }))).rejects.toMatchObject({ code: 'PLB-API-004' });
  });
});

describe('the mailed link', () => {
  it('is made once per assessment, and looking at it changes nothing', async () => {
    const { assessmentId, requestId, tokenHash } = await cycle();

    const again = await inTenant((tx) => createRequest(tx, SYSTEM, { assessmentId, contactName: 'X', contactEmail: 'x@example.com', tokenHash: hash(), expiresAt: SOON }));
    for (let count = 0; count < 3; count += 1) expect((await inTenant((tx) => findByTokenHash(tx, tokenHash)))?.id).toBe(requestId);

    expect(again.id).toBe(requestId);
    expect((await inTenant((tx) => getRequest(tx, requestId)))?.openedAt).toBeNull();
    expect(await actions(requestId)).toEqual(['request.created']);
  });

  it('is recorded as opened the first time, and ends with all its sessions when revoked', async () => {
    const { requestId, tokenHash, holder } = await cycle();
    const sessionHash = hash();
    await inTenant((tx) => markOpened(tx, holder, requestId));
    await inTenant((tx) => markOpened(tx, holder, requestId));
    await inTenant((tx) => openSession(tx, holder, { requestId, sessionHash, expiresAt: SOON }));
    expect((await inTenant((tx) => findSession(tx, sessionHash)))?.id).toBe(requestId);

    await inTenant((tx) => revokeRequest(tx, ANNA, requestId));

    expect(await inTenant((tx) => findSession(tx, sessionHash))).toBeNull();
    expect(await inTenant((tx) => findByTokenHash(tx, tokenHash))).toBeNull();
    expect(await actions(requestId)).toEqual(['request.created', 'request.opened', 'request.session-opened', 'request.revoked']);
  });

  it('and its sessions end by time', async () => {
    const { requestId, tokenHash, holder } = await cycle();
    const sessionHash = hash();
    await inTenant((tx) => openSession(tx, holder, { requestId, sessionHash, expiresAt: SOON }));
    const later = new Date(SOON.getTime() + 1);

    expect(await inTenant((tx) => findByTokenHash(tx, tokenHash, later))).toBeNull();
    expect(await inTenant((tx) => findSession(tx, sessionHash, later))).toBeNull();
  });
});

describe('the outbox', () => {
  async function queue(key = hash()): Promise<{ id: string; key: string }> {
    const { requestId, assessmentId } = await cycle();
    const mail = await inTenant((tx) => queueMail(tx, { idempotencyKey: key, kind: 'reminder', requestId, assessmentId, recipientName: 'V', recipientEmail: 'v@example.com', facts: { n: 1 }, messageIdHost: 'localhost' }));
    return { id: mail.id, key };
  }

  it('queues a mail once per key, also when asked at the same moment', async () => {
    const { requestId, assessmentId } = await cycle();
    const input = { idempotencyKey: hash(), kind: 'reminder' as const, requestId, assessmentId, recipientName: 'V', recipientEmail: 'v@example.com', facts: { due: '2026-12-01' }, messageIdHost: 'localhost' };

    const mails = await Promise.all(Array.from({ length: 10 }, () => inTenant((tx) => queueMail(tx, input))));

    expect(new Set(mails.map((mail) => mail.id)).size).toBe(1);
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(1);
    expect((await inTenant((tx) => listMails(tx, { assessmentId }))).items).toHaveLength(1);
    expect(await actions(mails[0]!.id)).toEqual(['mail.queued']);
  });

  it('gives a mail out until it is sent, always under the same Message-ID, and then no more', async () => {
    const { id } = await queue();

    const first = await inTenant((tx) => claimMail(tx, id));
    await inTenant((tx) => markFailed(tx, { mailId: id, error: '421 try later' }));
    const second = await inTenant((tx) => claimMail(tx, id));
    await inTenant((tx) => markSent(tx, { mailId: id, subject: 'Reminder' }));
    await inTenant((tx) => markSent(tx, { mailId: id, subject: 'Reminder' }));
    await inTenant((tx) => markFailed(tx, { mailId: id, error: 'late' }));

    expect([first?.attempts, second?.attempts, second?.messageId]).toEqual([1, 2, first?.messageId]);
    expect(await inTenant((tx) => claimMail(tx, id))).toBeNull();
    expect(await inTenant((tx) => getMail(tx, id))).toMatchObject({ state: 'sent', subject: 'Reminder', lastError: null });
    expect(await actions(id)).toEqual(['mail.queued', 'mail.failed', 'mail.sent']);
  });

  it('does not give out what bounced', async () => {
    const { id } = await queue();
    await inTenant((tx) => claimMail(tx, id));

    await inTenant((tx) => markBounced(tx, { mailId: id, error: '550 unknown' }));

    expect(await inTenant((tx) => claimMail(tx, id))).toBeNull();
    expect(await actions(id)).toEqual(['mail.queued', 'mail.bounced']);
  });

  it('leaves a mail queued only when the transaction of its cause is committed', async () => {
    const key = hash();
    const lost = inTenant(async (tx) => {
      await queueMail(tx, { idempotencyKey: key, kind: 'receipt', requestId: null, assessmentId: null, recipientName: 'V', recipientEmail: 'v@example.com', facts: {}, messageIdHost: 'localhost' });
      throw new Error('on purpose');
    });

    await expect(lost).rejects.toThrow('on purpose');
    expect((await inTenant((tx) => listMails(tx, { limit: 500 }))).items.filter((mail) => mail.idempotencyKey === key)).toEqual([]);
  });
});

describe('the built-in mailbox', () => {
  it('holds a mail once however often it is handed over', async () => {
    const mail = { messageId: '<once@localhost>', from: 'a@localhost', to: 'v@example.com', subject: 'Ümläut', text: 'Body', html: '<p>Body</p>' };

    for (let count = 0; count < 3; count += 1) await inTenant((tx) => storeCaughtMail(tx, mail));

    const { items } = await inTenant((tx) => listCaughtMails(tx));
    expect(items).toHaveLength(1);
    expect(await inTenant((tx) => getCaughtMail(tx, items[0]!.id))).toMatchObject(mail);
  });
});

describe('reports', () => {
  it('are asked for, rendered and published once', async () => {
    const { id } = await inTenant((tx) => createReport(tx, ANNA, { kind: 'scan', subjectId: 'scn_x', title: 'Scan report' }));
    await inTenant((tx) => startReport(tx, id));

    await inTenant((tx) => finishReport(tx, { reportId: id, sha256: 'abc', bytes: 10, pages: 2 }));
    const again = await inTenant((tx) => finishReport(tx, { reportId: id, sha256: 'other', bytes: 11, pages: 3 }));
    await inTenant((tx) => failReport(tx, { reportId: id, code: 'PLB-REPORT-001', message: 'late' }));

    expect(again).toMatchObject({ status: 'ready', sha256: 'abc', pages: 2 });
    expect((await inTenant((tx) => getReport(tx, id))).status).toBe('ready');
    expect(await actions(id)).toEqual(['report.requested', 'report.published']);
    expect((await inTenant((tx) => listReports(tx, { subjectId: 'scn_x' }))).items).toHaveLength(1);
    await expect(inTenant((tx) => getReport(tx, newId('report')))).rejects.toMatchObject({ code: 'PLB-REPORT-003' });
  });
});
