/** Names of people for lists, looked up by id. Owns only that; people.ts owns people. */
import type { Actor } from '../model/identity.js';
import { SYSTEM } from '../model/identity.js';
import type { TenantTx } from './tenant-tx.js';

/** `people.name` of the given ids; unknown ids are absent. */
export async function namesOf(tx: TenantTx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await tx.db.selectFrom('people').select(['id', 'name']).where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Who acts when only an id is known: that person, or the system for null. */
export async function actorOf(tx: TenantTx, personId: string | null): Promise<Actor> {
  if (personId === null) return SYSTEM;
  const names = await namesOf(tx, [personId]);
  return { type: 'person', id: personId, name: names.get(personId) ?? personId };
}
