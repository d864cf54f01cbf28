/** Reading findings and check results. Owns the lists; recording is in findings.ts. */
import { sql } from 'kysely';
import type { CheckResult } from '../model/finding.js';
import type { Location } from '../model/resource.js';
import { severityRank, type Outcome, type Severity } from '../model/severity.js';
import type { TenantTx } from './tenant-tx.js';
import type { Finding, Page, PageRequest } from './types.js';
import { iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

interface Row {
  id: string; number: number; platform_id: string; platform_name: string; fingerprint: string; check_id: string; check_version: string; title: string; severity: string; outcome: string;
  resource_kind: string; resource_key: string; resource_name: string; location: unknown; message: string; first_seen_at: Date; last_seen_at: Date; first_scan_id: string; last_scan_id: string;
  resolved_at: Date | null; severity_rank: number; sighted_at: Date | null; sighted_scan: string | null;
}

/** An open finding that did not change was last seen when its kind was last read in full. */
function toFinding(row: Row): Finding {
  const sighted = row.resolved_at === null && row.sighted_at !== null && row.sighted_at > row.last_seen_at;
  return {
    id: row.id, number: row.number, platformId: row.platform_id, platformName: row.platform_name, fingerprint: row.fingerprint, checkId: row.check_id, checkVersion: row.check_version, title: row.title,
    severity: row.severity as Severity, outcome: row.outcome as Outcome, resource: { kind: row.resource_kind, key: row.resource_key, name: row.resource_name }, location: row.location as Location,
    message: row.message, firstSeenAt: iso(row.first_seen_at), lastSeenAt: iso(sighted ? row.sighted_at! : row.last_seen_at), firstScanId: row.first_scan_id,
    lastScanId: sighted ? row.sighted_scan! : row.last_scan_id, resolvedAt: isoOrNull(row.resolved_at),
  };
}

export interface FindingFilter extends PageRequest {
  platformId?: string | undefined;
  severity?: Severity | undefined;
  outcome?: Outcome | undefined;
  checkId?: string | undefined;
  /** default `open`; findings of a removed platform are never open */
  state?: 'open' | 'resolved' | 'all' | undefined;
}

/** A scan that found nothing changed saw what the scan had seen that it shares its verdicts with. */
const COLUMNS = sql`f.*, p.name AS platform_name, coalesce(again.finished_at, s.seen_at) AS sighted_at, coalesce(again.id, s.scan_id) AS sighted_scan`;
const TABLES = sql`
  findings f JOIN platforms p ON p.tenant_id = f.tenant_id AND p.id = f.platform_id
  LEFT JOIN finding_sightings s ON s.tenant_id = f.tenant_id AND s.platform_id = f.platform_id AND s.resource_kind = f.resource_kind
  LEFT JOIN LATERAL (
    SELECT a.id, a.finished_at FROM scans a
    WHERE a.tenant_id = f.tenant_id AND a.same_as = CASE WHEN s.seen_at > f.last_seen_at THEN s.scan_id ELSE f.last_scan_id END AND a.finished_at IS NOT NULL AND a.status <> 'failed'
    ORDER BY a.started_at DESC LIMIT 1) again ON true`;

/** Worst first, then by number. */
export async function listFindings(tx: TenantTx, filter: FindingFilter = {}): Promise<Page<Finding>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['number', 'number']);
  const conditions = [stateCondition(filter.state ?? 'open')];
  if (filter.platformId) conditions.push(sql`f.platform_id = ${filter.platformId}`);
  if (filter.severity) conditions.push(sql`f.severity_rank = ${severityRank(filter.severity)}`);
  if (filter.outcome) conditions.push(sql`f.outcome = ${filter.outcome}`);
  if (filter.checkId) conditions.push(sql`f.check_id = ${filter.checkId}`);
  if (cursor) conditions.push(sql`(f.severity_rank, f.number) > (${cursor[0]}::smallint, ${cursor[1]}::integer)`);
  const { rows } = await sql<Row>`
    SELECT ${COLUMNS} FROM ${TABLES} WHERE ${sql.join(conditions, sql` AND `)} ORDER BY f.severity_rank, f.number LIMIT ${limit + 1}`.execute(tx.db);
  return toPage(rows, limit, { item: toFinding, key: (row) => [row.severity_rank, row.number] });
}

function stateCondition(state: 'open' | 'resolved' | 'all'): ReturnType<typeof sql> {
  if (state === 'open') return sql`f.resolved_at IS NULL AND p.removed_at IS NULL`;
  return state === 'resolved' ? sql`f.resolved_at IS NOT NULL` : sql`true`;
}

export async function getFinding(tx: TenantTx, findingId: string): Promise<Finding | null> {
  const { rows } = await sql<Row>`SELECT ${COLUMNS} FROM ${TABLES} WHERE f.id = ${findingId}`.execute(tx.db);
  return rows[0] ? toFinding(rows[0]) : null;
}

/**
 * The findings that a scan saw open: for its report. Wording and outcome are the present ones; a finding that was resolved and came
 * back in between counts as open.
 */
export async function findingsOfScan(tx: TenantTx, scanId: string): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    SELECT ${COLUMNS} FROM ${TABLES}
    JOIN scans c ON c.tenant_id = f.tenant_id AND c.platform_id = f.platform_id AND c.id = ${scanId}
    JOIN scans first ON first.tenant_id = f.tenant_id AND first.id = f.first_scan_id
    LEFT JOIN scans ended ON ended.tenant_id = f.tenant_id AND ended.id = f.resolved_scan_id
    WHERE first.started_at <= c.started_at AND (f.resolved_at IS NULL OR ended.started_at > c.started_at)
    ORDER BY f.severity_rank, f.number`.execute(tx.db);
  return rows.map(toFinding);
}

export async function listCheckResults(tx: TenantTx, scanId: string): Promise<CheckResult[]> {
  const scan = await tx.db.selectFrom('scans').select('same_as').where('id', '=', scanId).executeTakeFirst();
  const rows = await tx.db.selectFrom('check_results').select('result').where('scan_id', '=', scan?.same_as ?? scanId).orderBy('check_id').execute();
  return rows.map((row) => row.result as CheckResult);
}
