/**
 * Recording what the checks found. Owns the life of a finding: new, seen again, changed, resolved, reopened; and its number, given
 * once. Set-based over a temporary table: an unchanged estate updates no finding. Listing is in findings-list.ts.
 */
import { sql } from 'kysely';
import type { CheckResult, Judgement } from '../model/finding.js';
import { SYSTEM } from '../model/identity.js';
import { RESOURCE_KINDS } from '../model/resource.js';
import { SEVERITIES } from '../model/severity.js';
import { recordEvent } from './audit.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { FindingsOutcome, SeverityCounts } from './types.js';
import { chunks, columnText } from './values.js';

export interface RecordFindings {
  scanId: string;
  platformId: string;
  /** every outcome but pass and not-applicable */
  judgements: readonly Judgement[];
  results: readonly CheckResult[];
  /** resource kinds that this scan did not read in full: their findings are not resolved by being absent */
  unreadKinds: readonly string[];
}

/** Idempotent per scan. */
export async function recordFindings(tx: TenantTx, input: RecordFindings): Promise<FindingsOutcome> {
  await sql`SELECT 1 FROM platforms WHERE id = ${input.platformId} FOR UPDATE`.execute(tx.db);
  await loadIncoming(tx, input.judgements);
  const reopened = await reopen(tx, input);
  await updateChanged(tx, input);
  const added = await insertNew(tx, input);
  const resolved = await resolveAbsent(tx, input);
  await markSeen(tx, input);
  await sql`DROP TABLE incoming_findings`.execute(tx.db);
  await writeResults(tx, input);
  const outcome = { ...(await countOpen(tx, input.platformId)), added, reopened, resolved };
  if (added + reopened + resolved > 0) {
    const details = { platformId: input.platformId, added, reopened, resolved, open: outcome.open, couldNotVerify: outcome.couldNotVerify };
    recordEvent(tx, { actor: SYSTEM, action: 'findings.recorded', subject: { type: 'scan', id: input.scanId }, details });
  }
  return outcome;
}

/** One row per fingerprint; of two judgements of the same fingerprint the last one counts. */
async function loadIncoming(tx: TenantTx, judgements: readonly Judgement[]): Promise<void> {
  await sql`
    CREATE TEMPORARY TABLE incoming_findings (
      fingerprint text COLLATE "C" PRIMARY KEY, check_id text NOT NULL, check_version text NOT NULL, title text NOT NULL, severity text NOT NULL, outcome text NOT NULL,
      resource_kind text NOT NULL, resource_key text NOT NULL, resource_name text NOT NULL, location text NOT NULL, message text NOT NULL, id text NOT NULL
    ) ON COMMIT DROP`.execute(tx.db);
  const unique = [...new Map(judgements.map((judgement) => [judgement.fingerprint, judgement])).values()];
  for (const part of chunks(unique)) {
    const column = (read: (judgement: Judgement) => string): string[] => part.map((judgement) => columnText(read(judgement)));
    await sql`
      INSERT INTO incoming_findings
      SELECT * FROM unnest(${column((j) => j.fingerprint)}::text[], ${column((j) => j.checkId)}::text[], ${column((j) => j.checkVersion)}::text[], ${column((j) => j.title)}::text[],
        ${column((j) => j.severity)}::text[], ${column((j) => j.outcome)}::text[], ${column((j) => j.resource.kind)}::text[], ${column((j) => j.resource.key)}::text[],
        ${column((j) => j.resource.name)}::text[], ${column((j) => JSON.stringify(j.location))}::text[], ${column((j) => j.message)}::text[], ${part.map(() => newId('finding'))}::text[])`.execute(tx.db);
  }
  await sql`ANALYZE incoming_findings`.execute(tx.db);
}

async function reopen(tx: TenantTx, { platformId, scanId }: RecordFindings): Promise<number> {
  const result = await sql`
    UPDATE findings f SET resolved_at = NULL, resolved_scan_id = NULL, last_seen_at = now(), last_scan_id = ${scanId}
    FROM incoming_findings i WHERE f.platform_id = ${platformId} AND f.fingerprint = i.fingerprint AND f.resolved_at IS NOT NULL`.execute(tx.db);
  return Number(result.numAffectedRows ?? 0n);
}

/** Findings of a kind that was not read in full are stamped one by one, because markSeen leaves their kind out. */
async function updateChanged(tx: TenantTx, { platformId, scanId, unreadKinds }: RecordFindings): Promise<void> {
  await sql`
    UPDATE findings f SET check_version = i.check_version, title = i.title, severity = i.severity, outcome = i.outcome, resource_name = i.resource_name, location = i.location::json,
      message = i.message, last_seen_at = now(), last_scan_id = ${scanId}
    FROM incoming_findings i
    WHERE f.platform_id = ${platformId} AND f.fingerprint = i.fingerprint AND (f.resource_kind = ANY (${[...unreadKinds]}::text[])
      OR (f.check_version, f.title, f.severity, f.outcome, f.resource_name, f.location::text, f.message) IS DISTINCT FROM (i.check_version, i.title, i.severity, i.outcome, i.resource_name, i.location, i.message))`.execute(tx.db);
}

/** Numbers follow the order worst first, then by check and resource, so that one scan always numbers alike. */
async function insertNew(tx: TenantTx, { platformId, scanId }: RecordFindings): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM incoming_findings i
    WHERE NOT EXISTS (SELECT FROM findings f WHERE f.platform_id = ${platformId} AND f.fingerprint = i.fingerprint)`.execute(tx.db);
  const count = rows[0]!.count;
  if (count === 0) return 0;
  const last = await takeNumbers(tx, 'finding', count);
  await sql`
    INSERT INTO findings (tenant_id, id, platform_id, number, fingerprint, check_id, check_version, title, severity, outcome, resource_kind, resource_key, resource_name, location, message,
      first_seen_at, last_seen_at, first_scan_id, last_scan_id)
    SELECT ${tx.tenantId}, i.id, ${platformId},
      ${last - count}::integer + row_number() OVER (ORDER BY array_position(${[...SEVERITIES]}::text[], i.severity), i.check_id COLLATE "C", i.resource_key COLLATE "C", i.fingerprint)::integer,
      i.fingerprint, i.check_id, i.check_version, i.title, i.severity, i.outcome, i.resource_kind, i.resource_key, i.resource_name, i.location::json, i.message, now(), now(), ${scanId}, ${scanId}
    FROM incoming_findings i
    WHERE NOT EXISTS (SELECT FROM findings f WHERE f.platform_id = ${platformId} AND f.fingerprint = i.fingerprint)`.execute(tx.db);
  return count;
}

/** Returns the last of `count` new numbers. */
async function takeNumbers(tx: TenantTx, name: string, count: number): Promise<number> {
  const { rows } = await sql<{ value: string }>`
    INSERT INTO counters (tenant_id, name, value) VALUES (${tx.tenantId}, ${name}, ${count})
    ON CONFLICT (tenant_id, name) DO UPDATE SET value = counters.value + excluded.value RETURNING value`.execute(tx.db);
  return Number(rows[0]!.value);
}

/** What is no longer there was last seen by the last scan that saw it: itself, with its kind, or as one in which nothing had changed. */
async function resolveAbsent(tx: TenantTx, { platformId, scanId, unreadKinds }: RecordFindings): Promise<number> {
  // What is gone is settled first: the planner knows nothing yet of findings that this transaction put in, and would look at all pairs of them.
  const result = await sql`
    WITH gone AS MATERIALIZED (
      SELECT f.tenant_id, f.id, f.platform_id, f.resource_kind, f.last_seen_at, f.last_scan_id FROM findings f
      WHERE f.platform_id = ${platformId} AND f.resolved_at IS NULL AND f.resource_kind <> ALL (${[...unreadKinds]}::text[])
        AND NOT EXISTS (SELECT FROM incoming_findings i WHERE i.fingerprint = f.fingerprint))
    UPDATE findings f SET resolved_at = now(), resolved_scan_id = ${scanId}, last_seen_at = greatest(f.last_seen_at, s.seen_at, again.finished_at),
      last_scan_id = coalesce(again.id, CASE WHEN s.seen_at > f.last_seen_at THEN s.scan_id ELSE f.last_scan_id END)
    FROM gone g LEFT JOIN finding_sightings s ON s.tenant_id = g.tenant_id AND s.platform_id = g.platform_id AND s.resource_kind = g.resource_kind
      LEFT JOIN LATERAL (
        SELECT a.id, a.finished_at FROM scans a
        WHERE a.tenant_id = g.tenant_id AND a.same_as = CASE WHEN s.seen_at > g.last_seen_at THEN s.scan_id ELSE g.last_scan_id END AND a.finished_at IS NOT NULL AND a.status <> 'failed'
        ORDER BY a.started_at DESC LIMIT 1) again ON true
    WHERE g.tenant_id = f.tenant_id AND g.id = f.id`.execute(tx.db);
  return Number(result.numAffectedRows ?? 0n);
}

/** Every open finding of a kind that was read in full was seen by this scan. */
async function markSeen(tx: TenantTx, { platformId, scanId, unreadKinds }: RecordFindings): Promise<void> {
  const kinds = RESOURCE_KINDS.filter((kind) => !unreadKinds.includes(kind));
  await sql`
    INSERT INTO finding_sightings (tenant_id, platform_id, resource_kind, scan_id, seen_at)
    SELECT ${tx.tenantId}, ${platformId}, kind, ${scanId}, now() FROM unnest(${kinds}::text[]) AS kind
    ON CONFLICT (tenant_id, platform_id, resource_kind) DO UPDATE SET scan_id = excluded.scan_id, seen_at = excluded.seen_at
    WHERE finding_sightings.scan_id <> excluded.scan_id`.execute(tx.db);
}

async function writeResults(tx: TenantTx, { scanId, results }: RecordFindings): Promise<void> {
  for (const part of chunks(results)) {
    await sql`
      INSERT INTO check_results (tenant_id, scan_id, check_id, result)
      SELECT ${tx.tenantId}, ${scanId}, check_id, result::json FROM unnest(${part.map((result) => result.checkId)}::text[], ${part.map((result) => JSON.stringify(result))}::text[]) AS t (check_id, result)
      ON CONFLICT (tenant_id, scan_id, check_id) DO UPDATE SET result = excluded.result`.execute(tx.db);
  }
}

async function countOpen(tx: TenantTx, platformId: string): Promise<{ open: number; couldNotVerify: number; bySeverity: SeverityCounts }> {
  const { rows } = await sql<{ outcome: string; severity: string; count: number }>`
    SELECT outcome, severity, count(*)::integer AS count FROM findings WHERE platform_id = ${platformId} AND resolved_at IS NULL GROUP BY outcome, severity`.execute(tx.db);
  const bySeverity: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let couldNotVerify = 0;
  for (const row of rows) {
    if (row.outcome === 'fail') bySeverity[row.severity as keyof SeverityCounts] += row.count;
    if (row.outcome === 'could-not-verify') couldNotVerify += row.count;
  }
  return { open: Object.values(bySeverity).reduce((sum, count) => sum + count, 0), couldNotVerify, bySeverity };
}
