import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../../src/model/identity.js';
import { consistencyProof, createSigner, fold, inclusionProof, leafHashOfText, readCheckpoint, verifyCheckpoint, verifyConsistency, verifyInclusion } from '../../../src/record/index.js';
import {
  addVendor, auditHead, exportTrail, latestCheckpoint, listEvents, nodeReader, readAllEvents, recordEvent, saveCheckpoint, verifyTrail, type StoredAuditEvent, type TenantTx,
} from '../../../src/store/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ANNA } from './samples.js';

const signer = createSigner('plumbline/test', Buffer.alloc(32, 5));
let database: TestDatabase | undefined;

beforeEach(async () => {
  await database?.drop();
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

function inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  return database!.store.tenant(database!.tenantId, work);
}
function write(name: string): Promise<unknown> {
  return inTenant((tx) => addVendor(tx, ANNA, { name, contactName: 'C', contactEmail: 'c@example.com' }));
}
async function writeMany(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await write(`Vendor ${index}`);
}
/** As somebody who owns the whole database and knows its safeguards. */
async function tamper(...statements: string[]): Promise<void> {
  await database!.asAdmin(async (client) => {
    for (const table of ['audit_events', 'audit_nodes', 'audit_checkpoints']) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    for (const statement of statements) await client.query(statement);
  });
}
async function all(): Promise<StoredAuditEvent[]> {
  return inTenant(async (tx) => {
    const events: StoredAuditEvent[] = [];
    for await (const event of readAllEvents(tx)) events.push(event);
    return events;
  });
}

describe('the audit log', () => {
  it('is appended to in the transaction of the change, and not at all when that is rolled back', async () => {
    await write('Kept');
    const failed = inTenant(async (tx) => {
      await addVendor(tx, ANNA, { name: 'Lost', contactName: 'C', contactEmail: 'c@example.com' });
      throw new Error('on purpose');
    });

    await expect(failed).rejects.toThrow('on purpose');

    expect((await inTenant((tx) => listEvents(tx))).items.map((event) => event.action)).toEqual(['vendor.added']);
  });

  it('verifies after 20 writers at once, with every index once and every change in it', async () => {
    await Promise.all(Array.from({ length: 20 }, async (_, writer) => {
      for (let round = 0; round < 5; round += 1) await write(`Vendor ${writer}-${round}`);
    }));

    const events = await all();
    expect(events.map((event) => event.index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(await inTenant((tx) => verifyTrail(tx))).toMatchObject({ ok: true, size: 100, firstBad: null });
    expect(new Set(events.map((event) => (JSON.parse(event.event) as { subject: { id: string } }).subject.id)).size).toBe(100);
    expect(events.map((event) => event.at).sort()).toEqual(events.map((event) => event.at));
  });

  it('keeps several events of one transaction together and in their order', async () => {
    await inTenant((tx) => {
      for (const action of ['a.first', 'b.second', 'c.third']) recordEvent(tx, { actor: SYSTEM, action, subject: { type: 'test', id: 'x' }, details: {} });
      return Promise.resolve();
    });

    expect((await inTenant((tx) => listEvents(tx))).items.map((event) => event.action)).toEqual(['c.third', 'b.second', 'a.first']);
  });

  it('shows the name of who acted but does not hash it, nor any name or address of the change', async () => {
    await inTenant((tx) => addVendor(tx, ANNA, { name: 'Secretive Ltd', contactName: 'Vera Vendor', contactEmail: 'vera@example.com' }));

    const [event] = await all();
    expect((await inTenant((tx) => listEvents(tx))).items[0]?.actor.name).toBe(ANNA.name);
    expect(event?.event).not.toMatch(/Anna|Secretive|Vera|vera@/);
  });

  it('pages newest first without losing or repeating one', async () => {
    await writeMany(7);

    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { index: number }[]; nextCursor: string | null } = await inTenant((tx) => listEvents(tx, { limit: 3, cursor }));
      seen.push(...page.items.map((event) => event.index));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('refuses change and removal to the application by grant, and to the owner by trigger', async () => {
    await writeMany(2);
    const { withClient } = await import('../../support/database.js');
    const attempt = (url: string, statement: string): Promise<string> => withClient(url, async (client) => {
      await client.query("SELECT set_config('app.tenant_id', $1, false)", [database!.tenantId]);
      return client.query(statement).then(() => 'accepted', (error: Error) => error.message);
    });

    for (const table of ['audit_events', 'audit_nodes', 'audit_checkpoints']) {
      for (const statement of [`UPDATE ${table} SET tenant_id = tenant_id`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
        expect(await attempt(database!.appUrl, statement)).toMatch(/permission denied/);
        expect(await attempt(database!.ownerUrl, statement)).toMatch(/append-only/);
        expect(await attempt(database!.adminUrl, statement)).toMatch(/append-only/);
      }
    }
    expect(await attempt(database!.appUrl, 'DELETE FROM audit_heads')).toMatch(/permission denied/);
  });

  it('gives proofs that hold against its signed head', async () => {
    await writeMany(11);

    const proven = await inTenant(async (tx) => {
      const head = await auditHead(tx);
      return { head, inclusion: await inclusionProof(6, 11, nodeReader(tx)), consistency: await consistencyProof(4, 11, nodeReader(tx)), old: fold(await nodeReader(tx)([{ level: 2, index: 0 }])) };
    });

    const leaf = leafHashOfText((await all())[6]!.event);
    expect(verifyInclusion({ index: 6, size: 11, leaf, root: proven.head.root }, proven.inclusion)).toBe(true);
    expect(verifyConsistency({ oldSize: 4, oldRoot: proven.old, newSize: 11, newRoot: proven.head.root }, proven.consistency)).toBe(true);
  });

  it('keeps a checkpoint once per size and exports lines that end with one over them', async () => {
    await writeMany(3);

    const [note, again] = [await inTenant((tx) => saveCheckpoint(tx, signer)), await inTenant((tx) => saveCheckpoint(tx, signer))];
    const lines = await inTenant(async (tx) => {
      const collected: string[] = [];
      for await (const line of exportTrail(tx, signer)) collected.push(line);
      return collected;
    });

    expect(again).toBe(note);
    expect((await inTenant((tx) => latestCheckpoint(tx)))?.checkpoint.size).toBe(3);
    expect(lines).toHaveLength(5);
    expect(JSON.parse(lines[0]!)).toMatchObject({ size: 3, verifierKey: signer.verifierKey });
    expect(verifyCheckpoint((JSON.parse(lines[4]!) as { checkpoint: string }).checkpoint, signer.verifierKey)?.size).toBe(3);
  });
});

describe('an owner of the database who changes the log', () => {
  async function verdictAfter(...statements: string[]): Promise<{ ok: boolean; firstBad: number | null }> {
    await writeMany(9);
    const kept = await inTenant((tx) => saveCheckpoint(tx, signer));
    await tamper(...statements);
    return inTenant((tx) => verifyTrail(tx, { verifierKey: signer.verifierKey, checkpoint: readCheckpoint(kept)! }));
  }

  it('is found out when an entry is edited', async () => {
    expect(await verdictAfter("UPDATE audit_events SET event = replace(event, 'vendor.added', 'vendor.hidden') WHERE index = 5")).toMatchObject({ ok: false, firstBad: 5 });
  });

  it('is found out when an entry is edited and its hash with it', async () => {
    const forged = `sha256('\\x00'::bytea || convert_to(replace(event, 'vendor.added', 'vendor.hidden'), 'UTF8'))`;
    expect(await verdictAfter(`UPDATE audit_events SET leaf_hash = ${forged}, event = replace(event, 'vendor.added', 'vendor.hidden') WHERE index = 5`)).toMatchObject({ ok: false, firstBad: 5 });
  });

  it('is found out when an entry is deleted', async () => {
    expect(await verdictAfter('DELETE FROM audit_events WHERE index = 3')).toMatchObject({ ok: false, firstBad: 3 });
  });

  it('is found out when an entry is put in and the later ones moved on', async () => {
    expect(await verdictAfter('UPDATE audit_events SET index = index + 1000 WHERE index >= 4', 'UPDATE audit_events SET index = index - 999 WHERE index >= 1000',
      'INSERT INTO audit_events SELECT tenant_id, 4, at, actor_name, event, leaf_hash FROM audit_events WHERE index = 3')).toMatchObject({ ok: false, firstBad: 4 });
  });

  it('is found out when two entries change places', async () => {
    expect(await verdictAfter('UPDATE audit_events SET index = 100 WHERE index = 2', 'UPDATE audit_events SET index = 2 WHERE index = 6', 'UPDATE audit_events SET index = 6 WHERE index = 100')).toMatchObject({ ok: false, firstBad: 2 });
  });

  it('is found out when the end is cut off and the head set back, because of the kept checkpoint', async () => {
    expect(await verdictAfter('DELETE FROM audit_events WHERE index >= 7', 'DELETE FROM audit_nodes WHERE (index + 1) * (2 ^ level) > 7', 'UPDATE audit_heads SET size = 7')).toMatchObject({ ok: false, firstBad: 7 });
  });

  it('is found out when entries are added behind the head', async () => {
    expect(await verdictAfter('INSERT INTO audit_events SELECT tenant_id, 9, at, actor_name, event, leaf_hash FROM audit_events WHERE index = 8')).toMatchObject({ ok: false, firstBad: 9 });
  });

  it('is found out when everything is cleared, and the checkpoints in the database too, by the one kept elsewhere', async () => {
    expect(await verdictAfter('TRUNCATE audit_events, audit_nodes, audit_checkpoints', 'UPDATE audit_heads SET size = 0')).toMatchObject({ ok: false, firstBad: 0 });
  });

  it('is found out when the time shown is not the time recorded', async () => {
    expect(await verdictAfter("UPDATE audit_events SET at = at - interval '1 day' WHERE index = 1")).toMatchObject({ ok: false, firstBad: 1 });
  });

  it('cannot make the application write on: a log whose tree is damaged takes no more entries', async () => {
    await writeMany(3);
    await tamper('DELETE FROM audit_nodes');

    await expect(write('More')).rejects.toMatchObject({ code: 'PLB-AUDIT-001' });
  });
});
