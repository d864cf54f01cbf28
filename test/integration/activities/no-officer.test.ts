import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAssessmentActivities } from '../../../activities/assessment.js';
import type { AssessmentActivities } from '../../../src/contracts/activities.js';
import { DAY_MS } from '../../../src/remind/index.js';
import { addVendor, createAssessment, createPerson, createRequest, disablePerson, listMails, newId } from '../../../src/store/index.js';
import { createTestDeps, type TestDeps } from '../../support/activity-deps.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { quietRuntime } from '../../support/temporal.js';
import { ANNA, QUESTIONNAIRE } from '../store/samples.js';

let database: TestDatabase;
let test: TestDeps;
const warnings: string[] = [];

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  test = await createTestDeps(database, { logger: { debug: () => undefined, warn: (_facts, message) => void warnings.push(message), error: () => undefined } });
});
afterAll(async () => {
  await test?.close();
  await database?.drop();
});

function run<Name extends keyof AssessmentActivities>(name: Name, input: Parameters<AssessmentActivities[Name]>[0]): Promise<Awaited<ReturnType<AssessmentActivities[Name]>>> {
  const activity = createAssessmentActivities(test.deps)[name];
  return new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR', () => undefined) }).run(activity as never, input as never) as never;
}

/** Sent by an officer who has left since, and nobody came after. */
async function orphanedAssessment(): Promise<{ tenantId: string; assessmentId: string }> {
  const { tenantId, store } = database;
  const due = new Date(Date.now() + 20 * DAY_MS);
  return store.tenant(tenantId, async (tx) => {
    const officer = await createPerson(tx, null, { email: 'omar@harbour.example', name: 'Omar Said', roles: ['officer'], authUserId: null });
    const by = { type: 'person', id: officer.id, name: officer.name } as const;
    const vendor = await addVendor(tx, by, { name: `Northwind ${randomUUID()}`, contactName: 'Ida', contactEmail: 'ida@northwind.example' });
    const assessment = await createAssessment(tx, by, { vendorId: vendor.id, questionnaire: QUESTIONNAIRE, dueAt: due });
    await createRequest(tx, by, { id: newId('request'), assessmentId: assessment.id, contactName: 'Ida', contactEmail: 'ida@northwind.example', tokenHash: randomUUID(), expiresAt: due });
    await disablePerson(tx, ANNA, officer.id);
    return { tenantId, assessmentId: assessment.id };
  });
}

describe('where no officer is active', () => {
  it('a mail to the officer is not queued but warned of; the vendor still gets theirs, in the name of who asked', async () => {
    const ref = await orphanedAssessment();

    const told = await run('queueMail', { ...ref, kind: 'escalation', sequence: 0, remindersSent: 0 });
    await run('openRequest', ref);

    expect(told).toEqual({ mailId: null });
    expect(warnings).toEqual(['a mail to the officer was left out: nobody is active who could take it']);
    const { items } = await database.store.tenant(ref.tenantId, (tx) => listMails(tx, { assessmentId: ref.assessmentId }));
    expect(items.map(({ kind, recipientEmail }) => [kind, recipientEmail])).toEqual([['request', 'ida@northwind.example']]);
    expect(items[0]!.facts).toMatchObject({ requesterName: 'Omar Said', requesterEmail: 'omar@harbour.example' });
  });
});
