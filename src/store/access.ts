/**
 * Who may touch which table: grants, row-level security, append-only audit tables, and the functions that answer across tenants.
 * Made anew at every migration from the catalogue, so that a table added later is covered without a line here.
 */
import type { Client } from 'pg';

/** Never changed, never deleted: by grant and, for the owner too, by trigger. */
const APPEND_ONLY = ['audit_events', 'audit_nodes', 'audit_checkpoints'];
/** Read across tenants by the functions below, which run as the owner. */
const LOOKED_UP = ['tenants', 'requests', 'request_sessions', 'invitations', 'people'];

export async function applyAccess(client: Client, appRole: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(FUNCTIONS);
    for (const { name, column } of await tenantTables(client)) await client.query(isolation(name, column));
    for (const table of LOOKED_UP) await client.query(ownerMayRead(table));
    for (const table of APPEND_ONLY) await client.query(appendOnly(table));
    await client.query(grants(client.escapeIdentifier(appRole), client.escapeIdentifier(await databaseName(client))));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function databaseName(client: Client): Promise<string> {
  return (await client.query<{ name: string }>('SELECT current_database() AS name')).rows[0]!.name;
}

async function tenantTables(client: Client): Promise<{ name: string; column: string }[]> {
  const { rows } = await client.query<{ name: string; column: string }>(`
    SELECT quote_ident(c.relname) AS name, a.attname AS column
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND (a.attname = 'tenant_id' OR (c.relname = 'tenants' AND a.attname = 'id'))
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`);
  return rows;
}

/** After a transaction the setting is the empty string, not null; neither is a tenant's id. */
function isolation(table: string, column: string): string {
  const own = `${column} = current_setting('app.tenant_id', true)`;
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS own_tenant ON ${table};
    CREATE POLICY own_tenant ON ${table} USING (${own}) WITH CHECK (${own});`;
}

function ownerMayRead(table: string): string {
  return `
    DROP POLICY IF EXISTS owner_lookup ON ${table};
    CREATE POLICY owner_lookup ON ${table} FOR SELECT TO CURRENT_USER USING (true);`;
}

function appendOnly(table: string): string {
  return `
    DROP TRIGGER IF EXISTS append_only ON ${table};
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION plumbline_refuse_change();`;
}

function grants(appRole: string, database: string): string {
  return `
    GRANT USAGE ON SCHEMA public, auth TO ${appRole};
    GRANT TEMPORARY ON DATABASE ${database} TO ${appRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, auth TO ${appRole};
    REVOKE ALL ON plumbline_migrations FROM ${appRole};
    REVOKE UPDATE, DELETE ON tenants FROM ${appRole};
    REVOKE UPDATE, DELETE ON ${APPEND_ONLY.join(', ')} FROM ${appRole};
    REVOKE DELETE ON audit_heads FROM ${appRole};
    REVOKE ALL ON FUNCTION plumbline_tenants(), plumbline_tenant_of(text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION plumbline_tenants(), plumbline_tenant_of(text, text) TO ${appRole};`;
}

/** plumbline_tenant_of answers only to who holds the hash of a token or the id of a signed-in user, and tells nothing but the tenant. */
const FUNCTIONS = `
  CREATE OR REPLACE FUNCTION plumbline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END $$;

  CREATE OR REPLACE FUNCTION plumbline_tenants() RETURNS TABLE (id text, name text, created_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.id, t.name, t.created_at FROM public.tenants t ORDER BY t.created_at, t.id
  $$;

  CREATE OR REPLACE FUNCTION plumbline_tenant_of(what text, value text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT tenant_id FROM public.requests WHERE what = 'link' AND token_hash = value
    UNION ALL SELECT tenant_id FROM public.request_sessions WHERE what = 'link-session' AND session_hash = value
    UNION ALL SELECT tenant_id FROM public.invitations WHERE what = 'invitation' AND token_hash = value
    UNION ALL SELECT tenant_id FROM public.people WHERE what = 'auth-user' AND auth_user_id = value
    LIMIT 1
  $$;`;
