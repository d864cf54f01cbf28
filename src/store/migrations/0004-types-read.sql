-- Types that at least one scan of the platform read something of. What was never read cannot have gone missing: a list that the plan does
-- not have must not keep the resources of other lists from being seen as removed.
CREATE TABLE types_read (
  tenant_id text NOT NULL, platform_id text NOT NULL, resource_type text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, platform_id, resource_type), FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id)
);

-- The owner is bound by row-level security too; it is forced again right after the migrations.
ALTER TABLE scans NO FORCE ROW LEVEL SECURITY;
INSERT INTO types_read (tenant_id, platform_id, resource_type)
SELECT DISTINCT s.tenant_id, s.platform_id, e ->> 'type' FROM scans s, json_array_elements(s.completeness) e WHERE (e ->> 'read')::integer > 0;
