-- Everything of record. Every tenant table: composite key (tenant_id, id), row-level security forced, and foreign keys that
-- carry tenant_id, so that a row can never point into another tenant. The app role owns nothing and may not bypass RLS.
-- Documents are json, not jsonb: jsonb refuses the character U+0000, which platforms do send, and rewrites numbers.
-- Keys and fingerprints compare by bytes (COLLATE "C"): their order must not depend on the machine's locale.

CREATE TABLE tenants (id text PRIMARY KEY CHECK (id <> ''), name text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now());

CREATE TABLE people (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, auth_user_id text UNIQUE, email text NOT NULL, name text NOT NULL,
  roles text[] NOT NULL, disabled_at timestamptz(3), created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, email)
);

-- One-time links for people (first administrator, invitations). Only the hash of the token is kept.
CREATE TABLE invitations (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, token_hash text NOT NULL UNIQUE, kind text NOT NULL CHECK (kind IN ('first-admin', 'invitation')),
  email text, name text, roles text[] NOT NULL, expires_at timestamptz(3) NOT NULL, used_at timestamptz(3), created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

-- AES-256-GCM, AAD = tenant|id|field. Plaintext is opened only inside the activity that uses it.
CREATE TABLE secrets (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, key_id text NOT NULL, ciphertext bytea NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE platforms (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, name text NOT NULL, connector_id text NOT NULL, base_url text NOT NULL, secret_id text,
  environment text NOT NULL DEFAULT 'production', owner text, is_demo boolean NOT NULL DEFAULT false, schedule json, schedule_paused boolean NOT NULL DEFAULT false,
  current_scan_id text, created_at timestamptz(3) NOT NULL DEFAULT now(), removed_at timestamptz(3),
  PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, secret_id) REFERENCES secrets (tenant_id, id)
);

-- Content-addressed: a body is stored once however many snapshots hold it.
CREATE TABLE resource_bodies (
  tenant_id text NOT NULL REFERENCES tenants, digest text NOT NULL, kind text NOT NULL, body json NOT NULL, PRIMARY KEY (tenant_id, digest)
);
CREATE TABLE snapshot_roots (
  tenant_id text NOT NULL REFERENCES tenants, root text NOT NULL, resource_count integer NOT NULL, flows json NOT NULL, PRIMARY KEY (tenant_id, root)
);
CREATE TABLE snapshot_entries (
  tenant_id text NOT NULL, root text NOT NULL, kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, name text NOT NULL, digest text NOT NULL,
  location json NOT NULL, evidence json NOT NULL,
  PRIMARY KEY (tenant_id, root, kind, key),
  FOREIGN KEY (tenant_id, root) REFERENCES snapshot_roots (tenant_id, root) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, digest) REFERENCES resource_bodies (tenant_id, digest)
);

CREATE TABLE scans (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, platform_id text NOT NULL, workflow_run text NOT NULL, trigger text NOT NULL, requested_by text, slot_at timestamptz(3),
  status text NOT NULL CHECK (status IN ('running', 'completed', 'incomplete', 'failed')), stage text NOT NULL DEFAULT 'starting', progress json,
  started_at timestamptz(3) NOT NULL DEFAULT now(), finished_at timestamptz(3), root text, platform_version text, completeness json NOT NULL DEFAULT '[]',
  baseline_id text, resource_count integer, finding_count integer, severity_counts json, drift_count integer, error_code text, error_message text,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, workflow_run),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, root) REFERENCES snapshot_roots (tenant_id, root)
);
CREATE INDEX scans_by_platform ON scans (tenant_id, platform_id, started_at DESC, id DESC);
CREATE UNIQUE INDEX one_running_scan ON scans (tenant_id, platform_id) WHERE status = 'running';

-- Pages read so far by a running scan (redacted), so that a restarted activity goes on where it was. Removed when the scan ends.
CREATE TABLE scan_pages (
  tenant_id text NOT NULL, scan_id text NOT NULL, resource_type text NOT NULL, page integer NOT NULL, body json NOT NULL,
  PRIMARY KEY (tenant_id, scan_id, resource_type, page), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE check_results (
  tenant_id text NOT NULL, scan_id text NOT NULL, check_id text NOT NULL, result json NOT NULL,
  PRIMARY KEY (tenant_id, scan_id, check_id), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id) ON DELETE CASCADE
);

-- One row per check x resource, for ever: measurements come and go, the finding stays. `number` is what people quote.
CREATE TABLE findings (
  tenant_id text NOT NULL, id text NOT NULL, platform_id text NOT NULL, number integer NOT NULL, fingerprint text COLLATE "C" NOT NULL, check_id text NOT NULL, check_version text NOT NULL, title text NOT NULL,
  severity text NOT NULL, outcome text NOT NULL, resource_kind text NOT NULL, resource_key text NOT NULL, resource_name text NOT NULL, location json NOT NULL, message text NOT NULL,
  first_seen_at timestamptz(3) NOT NULL, last_seen_at timestamptz(3) NOT NULL, first_scan_id text NOT NULL, last_scan_id text NOT NULL, resolved_at timestamptz(3), resolved_scan_id text,
  severity_rank smallint NOT NULL GENERATED ALWAYS AS (CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END) STORED,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, platform_id, fingerprint), UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id)
);
CREATE INDEX findings_open ON findings (tenant_id, severity_rank, number) WHERE resolved_at IS NULL;
CREATE INDEX findings_open_by_platform ON findings (tenant_id, platform_id, severity_rank, number) WHERE resolved_at IS NULL;

-- When a kind of resource was last read in full: an open finding that did not change was seen then. So an unchanged estate of a
-- million findings costs one row per kind and scan, not a million.
CREATE TABLE finding_sightings (
  tenant_id text NOT NULL, platform_id text NOT NULL, resource_kind text NOT NULL, scan_id text NOT NULL, seen_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, platform_id, resource_kind), FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id)
);

-- Numbers people quote. A number is given out once and never again.
CREATE TABLE counters (tenant_id text NOT NULL REFERENCES tenants, name text NOT NULL, value bigint NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, name));

CREATE TABLE baselines (
  tenant_id text NOT NULL, id text NOT NULL, platform_id text NOT NULL, version integer NOT NULL, scan_id text NOT NULL, root text NOT NULL,
  status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'superseded')), proposed_by text NOT NULL, proposed_at timestamptz(3) NOT NULL DEFAULT now(),
  decided_by text, decided_at timestamptz(3), reason text,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, platform_id, version), CHECK (status <> 'approved' OR decided_by <> proposed_by),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id)
);
CREATE UNIQUE INDEX one_approved_baseline ON baselines (tenant_id, platform_id) WHERE status = 'approved';

CREATE TABLE drift_items (
  tenant_id text NOT NULL, id text NOT NULL, platform_id text NOT NULL, baseline_id text NOT NULL, fingerprint text COLLATE "C" NOT NULL, resource_kind text NOT NULL, item json NOT NULL, severity text NOT NULL, class text NOT NULL,
  first_scan_id text NOT NULL, last_scan_id text NOT NULL, first_seen_at timestamptz(3) NOT NULL, last_seen_at timestamptz(3) NOT NULL, gone_at timestamptz(3),
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, platform_id, baseline_id, fingerprint),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, baseline_id) REFERENCES baselines (tenant_id, id)
);

CREATE INDEX drift_open ON drift_items (tenant_id, platform_id, id) WHERE gone_at IS NULL;

CREATE TABLE vendors (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, name text NOT NULL, website text, contact_name text NOT NULL, contact_email text NOT NULL, hosts text[] NOT NULL DEFAULT '{}',
  created_by text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name)
);

CREATE TABLE assessments (
  tenant_id text NOT NULL, id text NOT NULL, vendor_id text NOT NULL, questionnaire_id text NOT NULL, questionnaire_version text NOT NULL, questionnaire json NOT NULL,
  state text NOT NULL, due_at timestamptz(3) NOT NULL, created_by text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(),
  submitted_at timestamptz(3), submitted_by text, decision text CHECK (decision IN ('accepted', 'rejected')), decided_by text, decided_at timestamptz(3), decision_reason text, revision integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
);

CREATE INDEX assessments_by_vendor ON assessments (tenant_id, vendor_id, created_at DESC);

CREATE TABLE requests (
  tenant_id text NOT NULL, id text NOT NULL, assessment_id text NOT NULL, contact_name text NOT NULL, contact_email text NOT NULL, token_hash text NOT NULL UNIQUE, link_version integer NOT NULL DEFAULT 1,
  opened_at timestamptz(3), expires_at timestamptz(3) NOT NULL, revoked_at timestamptz(3), created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, assessment_id), FOREIGN KEY (tenant_id, assessment_id) REFERENCES assessments (tenant_id, id)
);
CREATE TABLE request_sessions (
  tenant_id text NOT NULL, session_hash text NOT NULL UNIQUE, request_id text NOT NULL, expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, session_hash), FOREIGN KEY (tenant_id, request_id) REFERENCES requests (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE answers (
  tenant_id text NOT NULL, assessment_id text NOT NULL, question_id text NOT NULL, text_hash text NOT NULL, value json, comment text NOT NULL DEFAULT '', updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, assessment_id, question_id), FOREIGN KEY (tenant_id, assessment_id) REFERENCES assessments (tenant_id, id)
);

-- Written in the transaction of the change that causes the mail; rendered when sent, so no link token is ever stored here.
CREATE TABLE outbox (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, idempotency_key text NOT NULL, kind text NOT NULL, request_id text, assessment_id text, recipient_name text NOT NULL, recipient_email text NOT NULL,
  facts json NOT NULL, state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'bounced', 'failed')), attempts integer NOT NULL DEFAULT 0,
  message_id text NOT NULL, subject text, last_error text, queued_at timestamptz(3) NOT NULL DEFAULT now(), sent_at timestamptz(3),
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, idempotency_key)
);

CREATE INDEX outbox_by_assessment ON outbox (tenant_id, assessment_id);

-- The built-in catcher's mailbox: only filled while no SMTP_URL is configured. Message-ID is unique: a repeated hand-over is one mail.
CREATE TABLE caught_mails (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, message_id text NOT NULL, mail_from text NOT NULL, mail_to text NOT NULL, subject text NOT NULL, body_text text NOT NULL, body_html text,
  received_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, message_id)
);

CREATE TABLE reports (
  tenant_id text NOT NULL REFERENCES tenants, id text NOT NULL, kind text NOT NULL CHECK (kind IN ('scan', 'assessment')), subject_id text NOT NULL, title text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'rendering', 'ready', 'failed')), as_of timestamptz(3) NOT NULL DEFAULT now(), sha256 text, bytes integer, pages integer,
  error_code text, error_message text, requested_by text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(), finished_at timestamptz(3), PRIMARY KEY (tenant_id, id)
);

-- RFC 6962 leaves, and the complete-subtree hashes that make appends and proofs O(log n). Nothing here is ever updated or deleted.
CREATE TABLE audit_events (
  tenant_id text NOT NULL REFERENCES tenants, index bigint NOT NULL, at timestamptz(3) NOT NULL, actor_name text NOT NULL, event text NOT NULL, leaf_hash bytea NOT NULL, PRIMARY KEY (tenant_id, index)
);
CREATE TABLE audit_nodes (tenant_id text NOT NULL REFERENCES tenants, level integer NOT NULL, index bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (tenant_id, level, index));
CREATE TABLE audit_heads (tenant_id text PRIMARY KEY REFERENCES tenants, size bigint NOT NULL DEFAULT 0);
CREATE TABLE audit_checkpoints (tenant_id text NOT NULL REFERENCES tenants, size bigint NOT NULL, note text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, size));
