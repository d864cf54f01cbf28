/** The sign-in account behind a person (better-auth's tables). Owns making it in the same transaction as the person. */
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { PlumblineError } from '../model/errors.js';
import type { TenantTx } from './tenant-tx.js';

/** Returns the id to give to createPerson or activatePerson. `passwordHash` comes from the identity's hashPassword. */
export async function createSignIn(tx: TenantTx, input: { email: string; name: string; passwordHash: string }): Promise<string> {
  const id = randomUUID();
  const email = input.email.trim().toLowerCase();
  const made = await sql`
    INSERT INTO auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES (${id}, ${input.name}, ${email}, true, now(), now())
    ON CONFLICT (email) DO NOTHING`.execute(tx.db);
  if (made.numAffectedRows !== 1n) throw new PlumblineError('PLB-API-004', 'An account with this address exists already.');
  await sql`
    INSERT INTO auth.account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    VALUES (${randomUUID()}, ${id}, 'credential', ${id}, ${input.passwordHash}, now(), now())`.execute(tx.db);
  return id;
}
