import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportStream } from '../../../src/api/audit-export.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { createSigner } from '../../../src/record/index.js';
import { addVendor, type TenantTx } from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // More than a stream buffers, so that a reader that does not read holds it up.
  await inTenant(async (tx) => {
    for (let count = 0; count < 400; count += 1) await addVendor(tx, SYSTEM, { name: `Vendor ${count}`, contactName: 'Vera', contactEmail: 'vera@example.com' });
  });
});
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database.store.tenant(database.tenantId, work);
}

function openTransactions(): Promise<number> {
  return database.asAdmin(async (client) => Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`)).rows[0]!.count));
}

const source = () => ({ inTenant, signer: createSigner('plumbline/test', Buffer.alloc(32, 1)) });

describe('an export of the audit trail', () => {
  it('is refused while two others are being read, and goes out whole after one has ended', async () => {
    const from = source();
    const [one, two] = [exportStream(from), exportStream(from)];

    expect(() => exportStream(from)).toThrow(expect.objectContaining({ code: 'PLB-API-005' }));
    await Promise.all([text(one), text(two)]);

    await expect.poll(async () => (await text(exportStream(from))).trim().split('\n').length).toBeGreaterThan(400);
  });

  it('that nobody reads ends at its deadline and gives the database its transaction back', async () => {
    const stream = exportStream(source(), 1_000);
    const ended = new Promise<Error>((resolve) => stream.once('error', resolve));
    await expect.poll(openTransactions).toBe(1);

    expect(await ended).toMatchObject({ code: 'PLB-API-003' });

    await expect.poll(openTransactions).toBe(0);
  });
});
