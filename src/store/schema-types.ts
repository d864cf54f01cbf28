/**
 * The tables as Kysely sees them, by hand, in step with migrations/. Owns nothing else.
 * json columns are written as text (`JSON.stringify`) and read parsed; bigint comes back as text.
 */
import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, Date, Date>;
type DefaultTime = ColumnType<Date, Date | undefined, Date>;
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Json = ColumnType<unknown, string, string>;
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;
type NullableText = ColumnType<string | null, string | null | undefined, string | null>;
type NullableInt = ColumnType<number | null, number | null | undefined, number | null>;
type BigInt64 = ColumnType<string, number, number>;

export interface Tables {
  tenants: { id: string; name: string; created_at: DefaultTime; fingerprint_key: Generated<'installation' | 'own'> };
  people: { tenant_id: string; id: string; auth_user_id: NullableText; email: string; name: string; roles: string[]; disabled_at: NullableTime; created_at: DefaultTime };
  invitations: {
    tenant_id: string; id: string; token_hash: string; kind: 'first-admin' | 'invitation'; email: NullableText; name: NullableText; roles: string[];
    expires_at: Time; used_at: NullableTime; created_at: DefaultTime;
  };
  secrets: { tenant_id: string; id: string; key_id: string; ciphertext: Buffer; created_at: DefaultTime };
  platforms: {
    tenant_id: string; id: string; name: string; connector_id: string; base_url: string; secret_id: NullableText; environment: Generated<string>; owner: NullableText;
    is_demo: Generated<boolean>; schedule: NullableJson; schedule_paused: Generated<boolean>; current_scan_id: NullableText; created_at: DefaultTime; removed_at: NullableTime; pages_scan_id: NullableText;
  };
  snapshot_roots: { tenant_id: string; root: string; resource_count: number; flows: Json; chunks: Generated<string[]> };
  snapshot_chunks: { tenant_id: string; digest: string; content: Buffer };
  scans: {
    tenant_id: string; id: string; platform_id: string; workflow_run: string; trigger: string; requested_by: NullableText; slot_at: NullableTime; status: Generated<string>;
    stage: Generated<string>; progress: NullableJson; started_at: DefaultTime; finished_at: NullableTime; root: NullableText; platform_version: NullableText;
    completeness: ColumnType<unknown, string | undefined, string>; baseline_id: NullableText; resource_count: NullableInt; finding_count: NullableInt; severity_counts: NullableJson;
    drift_count: NullableInt; error_code: NullableText; error_message: NullableText; reuse_key: NullableText; judged_key: NullableText; same_as: NullableText;
  };
  scan_pages: { tenant_id: string; scan_id: string; resource_type: string; page: number; body: Json };
  check_results: { tenant_id: string; scan_id: string; check_id: string; result: Json };
  findings: {
    tenant_id: string; id: string; platform_id: string; number: number; fingerprint: string; check_id: string; check_version: string; title: string; severity: string; outcome: string;
    resource_kind: string; resource_key: string; resource_name: string; location: Json; message: string; first_seen_at: Time; last_seen_at: Time; first_scan_id: string;
    last_scan_id: string; resolved_at: NullableTime; resolved_scan_id: NullableText; severity_rank: ColumnType<number, never, never>;
  };
  observations: {
    tenant_id: string; platform_id: string; kind: string; key: string; name: string; properties: Json; at: NullableTime; first_scan_id: string; last_scan_id: string;
  };
  collection_bookmarks: { tenant_id: string; platform_id: string; resource_type: string; at: string };
  believed_counts: { tenant_id: string; platform_id: string; resource_type: string; count: number; scan_id: string };
  key_outages: {
    tenant_id: string; scan_id: string; platform_id: string; message: string; since: DefaultTime; ended_at: NullableTime; ended_scan_id: NullableText;
  };
  types_read: { tenant_id: string; platform_id: string; resource_type: string };
  count_confirmations: {
    tenant_id: string; scan_id: string; resource_type: string; platform_id: string; before: NullableInt; count: number; reason: string; confirmed_by: string; confirmed_at: DefaultTime;
  };
  finding_sightings: { tenant_id: string; platform_id: string; resource_kind: string; scan_id: string; seen_at: Time };
  counters: { tenant_id: string; name: string; value: BigInt64 };
  baselines: {
    tenant_id: string; id: string; platform_id: string; version: number; scan_id: string; root: string; status: string; proposed_by: string; proposed_at: DefaultTime;
    decided_by: NullableText; decided_at: NullableTime; reason: NullableText;
  };
  drift_items: {
    tenant_id: string; id: string; platform_id: string; baseline_id: string; fingerprint: string; resource_kind: string; item: Json; severity: string; class: string;
    first_scan_id: string; last_scan_id: string; first_seen_at: Time; last_seen_at: Time; gone_at: NullableTime;
  };
  vendors: {
    tenant_id: string; id: string; name: string; website: NullableText; contact_name: string; contact_email: string; hosts: Generated<string[]>; created_by: string; created_at: DefaultTime;
  };
  assessments: {
    tenant_id: string; id: string; vendor_id: string; questionnaire_id: string; questionnaire_version: string; questionnaire: Json; state: string; due_at: Time; created_by: string;
    created_at: DefaultTime; submitted_at: NullableTime; submitted_by: NullableText; decision: NullableText; decided_by: NullableText; decided_at: NullableTime;
    decision_reason: NullableText; revision: Generated<number>;
  };
  requests: {
    tenant_id: string; id: string; assessment_id: string; contact_name: string; contact_email: string; token_hash: string; link_version: Generated<number>; opened_at: NullableTime;
    expires_at: Time; revoked_at: NullableTime; created_at: DefaultTime;
  };
  request_sessions: { tenant_id: string; session_hash: string; request_id: string; expires_at: Time };
  answers: { tenant_id: string; assessment_id: string; question_id: string; text_hash: string; value: NullableJson; comment: Generated<string>; updated_at: DefaultTime };
  outbox: {
    tenant_id: string; id: string; idempotency_key: string; kind: string; request_id: NullableText; assessment_id: NullableText; recipient_name: string; recipient_email: string;
    facts: Json; state: Generated<string>; attempts: Generated<number>; message_id: string; subject: NullableText; last_error: NullableText; queued_at: DefaultTime; sent_at: NullableTime;
  };
  caught_mails: {
    tenant_id: string; id: string; message_id: string; mail_from: string; mail_to: string; subject: string; body_text: string; body_html: NullableText; received_at: DefaultTime;
  };
  reports: {
    tenant_id: string; id: string; kind: string; subject_id: string; title: string; status: string; as_of: DefaultTime; sha256: NullableText; bytes: NullableInt; pages: NullableInt;
    error_code: NullableText; error_message: NullableText; requested_by: string; created_at: DefaultTime; finished_at: NullableTime;
  };
  audit_events: { tenant_id: string; index: BigInt64; at: Time; actor_name: string; event: string; leaf_hash: Buffer };
  audit_nodes: { tenant_id: string; level: number; index: BigInt64; hash: Buffer };
  audit_heads: { tenant_id: string; size: BigInt64 };
  audit_checkpoints: { tenant_id: string; size: BigInt64; note: string; created_at: DefaultTime };
}
