/**
 * Making the database and the roles in a fresh embedded PostgreSQL. Owns: those few statements and the health question.
 * Does not own: tables (migrations), starting the server (runtime).
 */
import { Client } from 'pg';

export interface ProvisionRequest {
  /** Superuser address of the `postgres` database. */
  readonly adminUrl: string;
  readonly database: string;
  readonly ownerRole: string;
  readonly ownerPassword: string;
  readonly appRole: string;
  readonly appPassword: string;
}

async function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that goes away mid-way is told by the query that fails, not by an uncaught event.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Version of the server, e.g. `18.4`; rejects when it does not answer. */
export function serverVersion(url: string): Promise<string> {
  return withConnection(url, async (client) => {
    const answer = await client.query<{ server_version: string }>('show server_version');
    return answer.rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  });
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const known = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  const verb = known.rowCount === 0 ? 'create role' : 'alter role';
  const name = client.escapeIdentifier(role);
  await client.query(`${verb} ${name} with login nosuperuser nocreatedb nocreaterole nobypassrls noreplication password ${client.escapeLiteral(password)}`);
}

/** Idempotent: run at every start, so that a start that died half-way is completed by the next. */
export async function provisionDatabase(request: ProvisionRequest): Promise<void> {
  await withConnection(request.adminUrl, async (client) => {
    await ensureRole(client, request.ownerRole, request.ownerPassword);
    await ensureRole(client, request.appRole, request.appPassword);
    const known = await client.query('select 1 from pg_database where datname = $1', [request.database]);
    const database = client.escapeIdentifier(request.database);
    if (known.rowCount === 0) await client.query(`create database ${database} owner ${client.escapeIdentifier(request.ownerRole)}`);
    await client.query(`revoke all on database ${database} from public`);
    await client.query(`grant connect on database ${database} to ${client.escapeIdentifier(request.appRole)}`);
  });
}

/** For a server that exists: only the application's role, by an owner who may create roles. */
export async function ensureAppRole(ownerUrl: string, appRole: string, appPassword: string): Promise<void> {
  await withConnection(ownerUrl, async (client) => {
    await ensureRole(client, appRole, appPassword);
    const current = await client.query<{ name: string }>('select current_database() as name');
    const database = client.escapeIdentifier(current.rows[0]?.name ?? 'postgres');
    await client.query(`grant connect on database ${database} to ${client.escapeIdentifier(appRole)}`);
  });
}
