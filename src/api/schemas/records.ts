/** Reports, the audit trail and the built-in mailbox. */
import { z } from 'zod';
import { AnyJson, Time, idOf, listOf } from './common.js';

export const CreateReportRequest = z
  .discriminatedUnion('kind', [z.object({ kind: z.literal('scan'), subjectId: idOf('scan') }), z.object({ kind: z.literal('assessment'), subjectId: idOf('assessment') })])
  .meta({ id: 'CreateReportRequest' });
export type CreateReportRequest = z.infer<typeof CreateReportRequest>;

export const Report = z
  .object({
    id: idOf('report'),
    kind: z.enum(['scan', 'assessment']),
    subjectId: z.string(),
    title: z.string(),
    status: z.enum(['queued', 'rendering', 'ready', 'failed']),
    asOf: Time,
    /** of the PDF as it is downloaded */
    sha256: z.string().nullable(),
    bytes: z.number().int().nullable(),
    pages: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
    requestedBy: z.string(),
    createdAt: Time,
    finishedAt: Time.nullable(),
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof Report>;
export const ReportList = listOf(Report).meta({ id: 'ReportList' });
export type ReportList = z.infer<typeof ReportList>;
export const ReportAnswer = z.object({ report: Report }).meta({ id: 'ReportAnswer' });
export type ReportAnswer = z.infer<typeof ReportAnswer>;

export const AuditEvent = z
  .object({
    index: z.number().int(),
    at: Time,
    actor: z.object({ type: z.enum(['person', 'request', 'system']), id: z.string(), name: z.string() }),
    action: z.string(),
    subject: z.object({ type: z.string(), id: z.string() }),
    details: z.record(z.string(), AnyJson),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;
export const AuditEventList = listOf(AuditEvent).meta({ id: 'AuditEventList' });
export type AuditEventList = z.infer<typeof AuditEventList>;

export const AuditVerification = z
  .object({
    ok: z.boolean(),
    size: z.number().int(),
    root: z.string(),
    firstBad: z.number().int().nullable(),
    reason: z.string().nullable(),
    /** how many events a signed checkpoint vouches for; those after it could be cut off unseen */
    provenSize: z.number().int(),
    /** with it an exported trail is verified elsewhere */
    verifierKey: z.string(),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof AuditVerification>;

export const CaughtMailBrief = z
  .object({ id: idOf('mail'), from: z.string(), to: z.string(), subject: z.string(), receivedAt: Time })
  .meta({ id: 'CaughtMailBrief' });
export type CaughtMailBrief = z.infer<typeof CaughtMailBrief>;

/** `active`: false when SMTP_URL is set; then real mail goes out and nothing is caught. */
export const Mailbox = z.object({ active: z.boolean(), items: z.array(CaughtMailBrief), nextCursor: z.string().nullable() }).meta({ id: 'Mailbox' });
export type Mailbox = z.infer<typeof Mailbox>;

export const CaughtMail = z
  .object({ id: idOf('mail'), from: z.string(), to: z.string(), subject: z.string(), receivedAt: Time, text: z.string(), html: z.string().nullable() })
  .meta({ id: 'CaughtMail' });
export type CaughtMail = z.infer<typeof CaughtMail>;
