/** Vendors. Owns the rows; tiers and rules are decided in src/assess. */
import { sql, type Selectable } from 'kysely';
import type { RequestState } from '../model/assessment.js';
import { PlumblineError } from '../model/errors.js';
import type { Actor } from '../model/identity.js';
import { recordEvent } from './audit.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Vendor, VendorSummary } from './types.js';
import { columnText, iso } from './values.js';

export function toVendor(row: Selectable<Tables['vendors']>): Vendor {
  return {
    id: row.id, name: row.name, website: row.website, contactName: row.contact_name, contactEmail: row.contact_email, hosts: row.hosts, createdBy: row.created_by, createdAt: iso(row.created_at),
  };
}

export interface NewVendor {
  name: string;
  website?: string | null | undefined;
  contactName: string;
  contactEmail: string;
  hosts?: readonly string[] | undefined;
}

/** PLB-API-004 when a vendor of this name exists. */
export async function addVendor(tx: TenantTx, actor: Actor, input: NewVendor): Promise<Vendor> {
  const row = await tx.db
    .insertInto('vendors')
    .values({
      tenant_id: tx.tenantId, id: newId('vendor'), name: columnText(input.name), website: input.website ?? null, contact_name: columnText(input.contactName),
      contact_email: columnText(input.contactEmail), hosts: (input.hosts ?? []).map((host) => host.toLowerCase()), created_by: actor.id,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-004', 'A vendor of this name is registered already.');
  recordEvent(tx, { actor, action: 'vendor.added', subject: { type: 'vendor', id: row.id }, details: { hosts: row.hosts.length } });
  return toVendor(row);
}

export async function getVendor(tx: TenantTx, vendorId: string): Promise<Vendor> {
  const row = await tx.db.selectFrom('vendors').selectAll().where('id', '=', vendorId).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-API-002', 'There is no vendor with this id.');
  return toVendor(row);
}

type SummaryRow = Selectable<Tables['vendors']> & { open: string; last_id: string | null; last_state: string | null; last_due: Date | null; last_decision: string | null };

/** By name. */
export async function listVendors(tx: TenantTx): Promise<VendorSummary[]> {
  const { rows } = await sql<SummaryRow>`
    SELECT v.*, last.id AS last_id, last.state AS last_state, last.due_at AS last_due, last.decision AS last_decision,
      (SELECT count(*) FROM assessments a WHERE a.vendor_id = v.id AND a.state NOT IN ('done', 'declined', 'revoked', 'cancelled')) AS open
    FROM vendors v
    LEFT JOIN LATERAL (SELECT a.id, a.state, a.due_at, a.decision FROM assessments a WHERE a.tenant_id = v.tenant_id AND a.vendor_id = v.id ORDER BY a.created_at DESC, a.id DESC LIMIT 1) last ON true
    ORDER BY v.name, v.id`.execute(tx.db);
  return rows.map((row) => ({
    ...toVendor(row),
    openAssessments: Number(row.open),
    lastAssessment: row.last_id === null ? null : { id: row.last_id, state: row.last_state as RequestState, dueAt: iso(row.last_due!), decision: row.last_decision },
  }));
}
