import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailActivities } from '../../../activities/mail.js';
import { createScanActivities } from '../../../activities/scan.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { createPerson, getPlatform, listEvents, listMails, removePlatform, type Mail } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startEstateN8n, type EstateN8n } from '../../support/platforms/estate-n8n.js';
import { until } from '../../support/until.js';
import { openScanBench, type ScanBench } from './scan-bench.js';

let database: TestDatabase;
let bench: ScanBench;
let n8n: EstateN8n;
beforeAll(async () => {
  database = await createTestDatabase();
  bench = await openScanBench(database);
  n8n = await startEstateN8n(600);
  await bench.inTenant(async (tx) => {
    await createPerson(tx, SYSTEM, { name: 'Omar Said', email: 'omar@harbour.example', roles: ['officer'], authUserId: null });
    await createPerson(tx, SYSTEM, { name: 'Ada Admin', email: 'ada@harbour.example', roles: ['administrator'], authUserId: null });
    await createPerson(tx, SYSTEM, { name: 'Ida Brandt', email: 'ida@harbour.example', roles: ['auditor'], authUserId: null });
  });
});
afterAll(async () => {
  await n8n?.stop();
  await bench?.close();
  await database?.drop();
});
beforeEach(() => {
  n8n.answerWith(null);
  bench.test.mails.length = 0;
});

/** From the second page on, as a key that is revoked while a scan runs. */
function revoke(): void {
  n8n.answerWith((request, response) => {
    if (!request.url?.includes('cursor=')) return false;
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"unauthorized"}');
    return true;
  });
}

async function mailsOf(platformId: string): Promise<Mail[]> {
  const { items } = await bench.inTenant((tx) => listMails(tx, { limit: 200 }));
  return items.filter((mail) => mail.facts['platformId'] === platformId).toReversed();
}
const summary = (mails: readonly Mail[]): string[] => mails.map(({ kind, recipientEmail, state }) => `${kind} ${recipientEmail} ${state}`).toSorted();
const allSent = (platformId: string, count: number): Promise<true> => until(async () => (await mailsOf(platformId)).filter(({ state }) => state === 'sent').length >= count || null, { what: `${count} mails` });

describe('a platform that refuses its key', () => {
  it('ends the scan in words, keeps what was known, and tells the officer and the owner once, however often it is scanned; and once more when the key works', async () => {
    const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey }, { owner: 'Ida Brandt' });
    const good = await bench.scan(platformId);
    n8n.setWorkflows(600, ' changed');
    revoke();

    const refused = [await bench.scan(platformId), await bench.scan(platformId), await bench.scan(platformId)];
    await allSent(platformId, 2);
    const during = await bench.inTenant((tx) => getPlatform(tx, platformId));
    n8n.answerWith(null);
    await bench.scan(platformId);
    await bench.scan(platformId);
    await allSent(platformId, 4);
    const after = await bench.inTenant((tx) => getPlatform(tx, platformId));

    expect(refused.map(({ scan }) => [scan.status, scan.errorCode])).toEqual([1, 2, 3].map(() => ['failed', 'PLB-COLLECT-002']));
    expect(during.currentScanId).toBe(good.scan.id);
    expect(during.keyRefusedSince).toBe(refused[0]!.scan.finishedAt);
    expect(after.keyRefusedSince).toBeNull();
    expect(summary(await mailsOf(platformId))).toEqual(['key-accepted ida@harbour.example sent', 'key-accepted omar@harbour.example sent', 'key-refused ida@harbour.example sent', 'key-refused omar@harbour.example sent']);
    expect(bench.test.mails).toHaveLength(4);
    const told = bench.test.mails.find(({ to, subject }) => to.includes('omar@') && subject.includes('refuses its key'))!;
    expect(told.text).toContain(`https://plumbline.example.org/platforms/${platformId}?key=replace`);
    expect(JSON.stringify(bench.test.mails)).not.toContain(n8n.apiKey);
    const events = (await bench.inTenant((tx) => listEvents(tx, { limit: 500 }))).items.filter(({ subject }) => subject.id === platformId).map(({ action }) => action);
    expect(events.filter((action) => action.startsWith('platform.key-'))).toHaveLength(2);
  }, 120_000);

  it('is another outage the next time, and tells again', async () => {
    const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey }, { owner: 'team-automation@harbour.example' });
    for (let round = 0; round < 2; round += 1) {
      n8n.setWorkflows(600, ` round ${round}`);
      revoke();
      await bench.scan(platformId);
      await allSent(platformId, round * 4 + 2);
      n8n.answerWith(null);
      await bench.scan(platformId);
      await allSent(platformId, round * 4 + 4);
    }

    expect(summary(await mailsOf(platformId)).filter((line) => line.includes('team-automation'))).toEqual(['key-accepted team-automation@harbour.example sent', 'key-accepted team-automation@harbour.example sent', 'key-refused team-automation@harbour.example sent', 'key-refused team-automation@harbour.example sent']);
  }, 120_000);

  it('queues the same mails when a step is done again after its worker died', async () => {
    const platformId = await bench.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
    n8n.setWorkflows(600, ' again');
    revoke();
    const { scan } = await bench.scan(platformId);
    const before = (await mailsOf(platformId)).map(({ id }) => id);

    const again = await createScanActivities(bench.test.deps).failScan({ tenantId: database.tenantId, scanId: scan.id, code: 'PLB-COLLECT-002', message: 'again' });

    expect(before).toHaveLength(1);
    expect(again).toMatchObject({ scanId: scan.id, status: 'failed', notice: { id: `${scan.id}-key-refused`, mailIds: before } });
    expect((await mailsOf(platformId)).map(({ id }) => id)).toEqual(before);
  }, 120_000);

  it('does not hold up a scan while the mail server is away, and tells nothing that is no longer true', async () => {
    const away = await openScanBench(database, { overrides: { mailTransport: () => Promise.reject(new Error('the mail server is away')) } });
    const platformId = await away.addPlatform('n8n', n8n.url, { apiKey: n8n.apiKey });
    n8n.setWorkflows(600, ' away');
    revoke();

    const { result } = await away.scan(platformId);
    await until(async () => (await mailsOf(platformId)).some(({ attempts }) => attempts > 0) || null, { what: 'a try to send' });
    await away.inTenant((tx) => removePlatform(tx, SYSTEM, platformId));
    const [mail] = await mailsOf(platformId);
    const handed = await createMailActivities(bench.test.deps).sendMail({ tenantId: database.tenantId, mailId: mail!.id });

    expect(result.status).toBe('failed');
    expect(handed).toEqual({ sent: false });
    expect((await mailsOf(platformId)).map(({ kind }) => kind)).toEqual(['key-refused']);
    expect(bench.test.mails.filter((sent) => JSON.stringify(sent).includes(platformId))).toEqual([]);
    await away.close();
  }, 120_000);
});
