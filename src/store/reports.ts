/** Reports asked for and produced. Owns the rows; the PDF itself is in the blob folder under its hash. */
import { sql, type Selectable } from 'kysely';
import { PlumblineError } from '../model/errors.js';
import { SYSTEM, type Actor } from '../model/identity.js';
import { recordEvent } from './audit.js';
import { namesOf } from './names.js';
import type { Tables } from './schema-types.js';
import { newId, type TenantTx } from './tenant-tx.js';
import type { Page, PageRequest, Report, ReportKind, ReportStatus } from './types.js';
import { columnText, iso, isoOrNull, pageLimit, readCursor, toPage } from './values.js';

type Row = Selectable<Tables['reports']>;

async function toReports(tx: TenantTx, rows: readonly Row[]): Promise<Report[]> {
  const names = await namesOf(tx, rows.map((row) => row.requested_by));
  return rows.map((row) => ({
    id: row.id, kind: row.kind as ReportKind, subjectId: row.subject_id, title: row.title, status: row.status as ReportStatus, asOf: iso(row.as_of), sha256: row.sha256, bytes: row.bytes,
    pages: row.pages, errorCode: row.error_code, errorMessage: row.error_message, requestedBy: row.requested_by, requestedByName: names.get(row.requested_by) ?? null,
    createdAt: iso(row.created_at), finishedAt: isoOrNull(row.finished_at),
  }));
}

async function toReport(tx: TenantTx, row: Row): Promise<Report> {
  return (await toReports(tx, [row]))[0]!;
}

export async function createReport(tx: TenantTx, actor: Actor, input: { kind: ReportKind; subjectId: string; title: string }): Promise<Report> {
  const row = await tx.db
    .insertInto('reports')
    .values({ tenant_id: tx.tenantId, id: newId('report'), kind: input.kind, subject_id: input.subjectId, title: columnText(input.title), status: 'queued', requested_by: actor.id })
    .returningAll()
    .executeTakeFirstOrThrow();
  recordEvent(tx, { actor, action: 'report.requested', subject: { type: 'report', id: row.id }, details: { kind: row.kind, subjectId: row.subject_id } });
  return toReport(tx, row);
}

export async function getReport(tx: TenantTx, reportId: string): Promise<Report> {
  const row = await tx.db.selectFrom('reports').selectAll().where('id', '=', reportId).executeTakeFirst();
  if (!row) throw new PlumblineError('PLB-REPORT-003', 'There is no report with this id.');
  return toReport(tx, row);
}

/** Newest first. */
export async function listReports(tx: TenantTx, filter: PageRequest & { subjectId?: string | undefined } = {}): Promise<Page<Report>> {
  const limit = pageLimit(filter);
  const cursor = readCursor(filter.cursor, ['string', 'string']);
  let query = tx.db.selectFrom('reports').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit + 1);
  if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId);
  if (cursor) query = query.where(sql<boolean>`(created_at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::text)`);
  const page = toPage(await query.execute(), limit, { item: (row: Row) => row, key: (row) => [iso(row.created_at), row.id] });
  return { items: await toReports(tx, page.items), nextCursor: page.nextCursor };
}

export async function startReport(tx: TenantTx, reportId: string): Promise<void> {
  await tx.db.updateTable('reports').set({ status: 'rendering' }).where('id', '=', reportId).where('status', '=', 'queued').execute();
}

/** Once: a repeated call changes nothing. A report that failed and was rendered after all becomes ready. */
export async function finishReport(tx: TenantTx, input: { reportId: string; sha256: string; bytes: number; pages: number }): Promise<Report> {
  const { reportId, sha256, bytes, pages } = input;
  const result = await tx.db
    .updateTable('reports')
    .set({ status: 'ready', sha256, bytes, pages, error_code: null, error_message: null, finished_at: sql<Date>`now()` })
    .where('id', '=', reportId)
    .where('status', '<>', 'ready')
    .executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor: SYSTEM, action: 'report.published', subject: { type: 'report', id: reportId }, details: { sha256, bytes, pages } });
  return getReport(tx, reportId);
}

export async function failReport(tx: TenantTx, input: { reportId: string; code: string; message: string }): Promise<Report> {
  const result = await tx.db
    .updateTable('reports')
    .set({ status: 'failed', error_code: input.code, error_message: columnText(input.message), finished_at: sql<Date>`now()` })
    .where('id', '=', input.reportId)
    .where('status', 'in', ['queued', 'rendering'])
    .executeTakeFirst();
  if (result.numUpdatedRows > 0n) recordEvent(tx, { actor: SYSTEM, action: 'report.failed', subject: { type: 'report', id: input.reportId }, details: { code: input.code } });
  return getReport(tx, input.reportId);
}
