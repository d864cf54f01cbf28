-- A snapshot is a list of chunks, each stored once under the digest of what it holds. One row per resource made a first scan of ten thousand
-- workflows write 140,000 rows; a changed workflow now costs a chunk or two, an equal stretch of two snapshots nothing.

CREATE TABLE snapshot_chunks (
  tenant_id text NOT NULL REFERENCES tenants, digest text COLLATE "C" NOT NULL, content bytea NOT NULL, PRIMARY KEY (tenant_id, digest)
);
-- The content is compressed already, but for what this file moves over.
ALTER TABLE snapshot_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE snapshot_roots ADD COLUMN chunks text[] NOT NULL DEFAULT '{}';

-- Moved over as it is: PostgreSQL cannot look into a document that holds U+0000.
-- The owner is bound by row-level security too; it is forced again right after the migrations.
ALTER TABLE snapshot_roots NO FORCE ROW LEVEL SECURITY;
ALTER TABLE snapshot_entries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE resource_bodies NO FORCE ROW LEVEL SECURITY;
INSERT INTO snapshot_chunks (tenant_id, digest, content)
SELECT e.tenant_id, 'moved-' || e.root, convert_to(json_agg(json_build_array(e.kind, e.key, e.name, b.body, e.location, e.evidence, e.digest) ORDER BY e.kind, e.key)::text, 'UTF8')
FROM snapshot_entries e JOIN resource_bodies b ON b.tenant_id = e.tenant_id AND b.digest = e.digest GROUP BY e.tenant_id, e.root;
UPDATE snapshot_roots r SET chunks = ARRAY['moved-' || r.root] WHERE EXISTS (SELECT FROM snapshot_chunks c WHERE c.tenant_id = r.tenant_id AND c.digest = 'moved-' || r.root);
DROP TABLE snapshot_entries;
DROP TABLE resource_bodies;

-- The newest scan that shares another's verdicts is looked for by its start.
DROP INDEX scans_same_as;
CREATE INDEX scans_same_as ON scans (tenant_id, same_as, started_at DESC) WHERE same_as IS NOT NULL;
ALTER TABLE scan_pages DROP COLUMN head;
