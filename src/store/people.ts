/** People of a tenant and their roles. Owns the rows; passwords and sessions are better-auth's (schema auth). */
import { sql, type Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import type { Actor, Role } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Person } from './types.js';
import { columnText, iso, isoOrNull } from './values.js';

function toPerson(row: Selectable<Tables['people']>): Person {
  return { id: row.id, authUserId: row.auth_user_id, email: row.email, name: row.name, roles: row.roles as Role[], disabledAt: isoOrNull(row.disabled_at), createdAt: iso(row.created_at) };
}

export interface NewPerson {
  email: string;
  name: string;
  roles: readonly Role[];
  /** id of the better-auth user; null until the invitation is accepted */
  authUserId: string | null;
}

/** `actor` null: they made their account themselves by a one-time link, and act as who they become. */
export async function createPerson(tx: TenantTx, actor: Actor | null, input: NewPerson): Promise<Person> {
  const row = await tx.db
    .insertInto('people')
    .values({ tenant_id: tx.tenantId, id: newId('person'), auth_user_id: input.authUserId, email: input.email.trim().toLowerCase(), name: columnText(input.name), roles: [...input.roles] })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-004', 'A person with this address is registered already.');
  const self: Actor = { type: 'person', id: row.id, name: row.name };
  recordEvent(tx, { actor: actor ?? self, action: 'person.added', subject: { type: 'person', id: row.id }, details: { roles: row.roles } });
  return toPerson(row);
}

/** The invited person has set a password: joins the row to the sign-in account. */
export async function activatePerson(tx: TenantTx, input: { personId: string; authUserId: string; name: string }): Promise<Person> {
  const row = await tx.db
    .updateTable('people')
    .set({ auth_user_id: input.authUserId, name: columnText(input.name) })
    .where('id', '=', input.personId)
    .where('auth_user_id', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-004', 'This person has an account already.');
  recordEvent(tx, { actor: { type: 'person', id: row.id, name: row.name }, action: 'person.activated', subject: { type: 'person', id: row.id }, details: {} });
  return toPerson(row);
}

/** Null for unknown and for disabled: both may not come in. */
export async function findPersonByAuthUser(tx: TenantTx, authUserId: string): Promise<Person | null> {
  const row = await tx.db.selectFrom('people').selectAll().where('auth_user_id', '=', authUserId).where('disabled_at', 'is', null).executeTakeFirst();
  return row ? toPerson(row) : null;
}

export async function findPersonByEmail(tx: TenantTx, email: string): Promise<Person | null> {
  const row = await tx.db.selectFrom('people').selectAll().where('email', '=', email.trim().toLowerCase()).executeTakeFirst();
  return row ? toPerson(row) : null;
}

export async function getPerson(tx: TenantTx, personId: string): Promise<Person> {
  const row = await tx.db.selectFrom('people').selectAll().where('id', '=', personId).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-002', 'There is no person with this id.');
  return toPerson(row);
}

export async function listPeople(tx: TenantTx): Promise<Person[]> {
  return (await tx.db.selectFrom('people').selectAll().orderBy('name').orderBy('id').execute()).map(toPerson);
}

/** True until somebody can sign in: the first administrator is still to come. */
export async function needsFirstAdministrator(tx: TenantTx): Promise<boolean> {
  const row = await tx.db.selectFrom('people').select('id').where('auth_user_id', 'is not', null).limit(1).executeTakeFirst();
  return row === undefined;
}

/** Ends every session in the same transaction. The last administrator cannot be disabled: nobody could let anyone in again. */
export async function disablePerson(tx: TenantTx, actor: Actor, personId: string): Promise<Person> {
  const people = await tx.db.selectFrom('people').selectAll().where('disabled_at', 'is', null).orderBy('id').forUpdate().execute();
  const row = people.find((person) => person.id === personId);
  if (!row) return getPerson(tx, personId);
  const administrators = people.filter((person) => person.roles.includes('administrator') && person.auth_user_id !== null);
  if (administrators.length === 1 && administrators[0]!.id === personId) throw new PlumblineError('PLB-API-004', 'The last administrator cannot be disabled.');
  const disabled = await tx.db.updateTable('people').set({ disabled_at: sql<Date>`now()` }).where('id', '=', personId).returningAll().executeTakeFirstOrThrow();
  if (row.auth_user_id !== null) await sql`DELETE FROM auth.session WHERE "userId" = ${row.auth_user_id}`.execute(tx.db);
  recordEvent(tx, { actor, action: 'person.disabled', subject: { type: 'person', id: personId }, details: {} });
  return toPerson(disabled);
}
