/** Writes at least one row into every tenant table, through the store's own functions. A table it does not reach fails the tenancy test. */
import { randomBytes } from 'node:crypto';
import { SYSTEM } from '../../../src/model/identity.js';
import { createSigner } from '../../../src/record/index.js';
import {
  addVendor, confirmCount, createAssessment, createInvitation, createPerson, createReport, createRequest, decideBaseline, failScan, openSession, proposeBaseline, putSecret, queueMail, recordDrift, recordFindings, saveAnswers,
  saveCheckpoint, storeCaughtMail, storeSnapshot, writePage, newId, type Store, type TenantTx,
} from '../../../src/store/index.js';
import { ANNA, begin, BEN, completedScan, driftItem, endScan, judgement, platform, QUESTIONNAIRE, RESULT, snapshot } from './samples.js';

const hash = (): string => randomBytes(32).toString('hex');
const SOON = new Date(Date.now() + 86_400_000);

export async function fillTenant(store: Store, tenantId: string): Promise<void> {
  await store.tenant(tenantId, fillEstate);
  await store.tenant(tenantId, fillCollection);
  await store.tenant(tenantId, fillPeopleAndMail);
  await store.tenant(tenantId, (tx) => saveCheckpoint(tx, createSigner('plumbline/test', Buffer.alloc(32, 1))));
}

async function fillEstate(tx: TenantTx): Promise<void> {
  const { id: platformId } = await platform(tx);
  const scan = await completedScan(tx, platformId);
  const running = await begin(tx, platformId);
  await writePage(tx, { scanId: running.id, resourceType: 'flows', page: 0, body: { items: [] } });
  await recordFindings(tx, { scanId: scan.id, platformId, judgements: [judgement('a')], results: [RESULT], unreadKinds: [] });
  const proposed = await proposeBaseline(tx, ANNA, { platformId, scanId: scan.id });
  await decideBaseline(tx, BEN, { baselineId: proposed.id, decision: 'approved', reason: null });
  await recordDrift(tx, { scanId: scan.id, platformId, baselineId: proposed.id, items: [driftItem('a')] });
}

async function fillCollection(tx: TenantTx): Promise<void> {
  const { id: platformId } = await platform(tx);
  const scan = await begin(tx, platformId);
  const suspect = { type: 'flows', title: 'Flows', state: 'suspect' as const, read: 1, expected: null, before: 500, reason: null, missing: null, required: true };
  const observations = [{ kind: 'audit-event' as const, key: 'e1', name: 'Sign-in', properties: { at: '2026-01-01T00:00:00.000Z' } }];
  await storeSnapshot(tx, scan.id, { ...snapshot([]), completeness: [suspect], observations, bookmarks: { events: '2026-01-01T00:00:00.000Z' } });
  await endScan(tx, scan.id, 'incomplete');
  await confirmCount(tx, ANNA, { platformId, type: 'flows', count: 1, reason: 'We moved.' });
  const refused = await begin(tx, platformId);
  await failScan(tx, { scanId: refused.id, code: 'PLB-COLLECT-002', message: 'The key was refused.' });
}

async function fillPeopleAndMail(tx: TenantTx): Promise<void> {
  await putSecret(tx, Buffer.alloc(32, 3), newId('secret'), { token: 'x' });
  await createPerson(tx, ANNA, { email: 'anna@example.org', name: 'Anna', roles: ['officer'], authUserId: null });
  await createInvitation(tx, ANNA, { kind: 'invitation', email: 'ben@example.org', name: 'Ben', roles: ['auditor'], tokenHash: hash(), expiresAt: SOON });
  const vendor = await addVendor(tx, ANNA, { name: 'Vendor', contactName: 'Vera', contactEmail: 'vera@example.com' });
  const assessment = await createAssessment(tx, ANNA, { vendorId: vendor.id, questionnaire: QUESTIONNAIRE, dueAt: SOON });
  const request = await createRequest(tx, SYSTEM, { assessmentId: assessment.id, contactName: 'Vera', contactEmail: 'vera@example.com', tokenHash: hash(), expiresAt: SOON });
  await openSession(tx, { type: 'request', id: request.id, name: 'Vera' }, { requestId: request.id, sessionHash: hash(), expiresAt: SOON });
  await saveAnswers(tx, { type: 'request', id: request.id, name: 'Vera' }, { assessmentId: assessment.id, expectedRevision: 0, answers: [{ questionId: 'q1', textHash: 't', value: true, comment: '' }] });
  await queueMail(tx, {
    idempotencyKey: `${request.id}:request:0`, kind: 'request', requestId: request.id, assessmentId: assessment.id, recipientName: 'Vera', recipientEmail: 'vera@example.com', facts: {},
    messageIdHost: 'localhost',
  });
  await storeCaughtMail(tx, { messageId: '<1@localhost>', from: 'a@localhost', to: 'vera@example.com', subject: 's', text: 't', html: null });
  await createReport(tx, ANNA, { kind: 'assessment', subjectId: assessment.id, title: 'Report' });
}
