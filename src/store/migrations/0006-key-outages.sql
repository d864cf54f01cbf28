-- Times in which a platform refused its key: opened by the first scan that was refused, ended by the first one that was not. People are told
-- once per row. `message`: as the scan said it.
CREATE TABLE key_outages (
  tenant_id text NOT NULL, scan_id text NOT NULL, platform_id text NOT NULL, message text NOT NULL, since timestamptz(3) NOT NULL DEFAULT now(), ended_at timestamptz(3), ended_scan_id text,
  PRIMARY KEY (tenant_id, scan_id),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id),
  FOREIGN KEY (tenant_id, ended_scan_id) REFERENCES scans (tenant_id, id)
);
CREATE UNIQUE INDEX key_outages_open ON key_outages (tenant_id, platform_id) WHERE ended_at IS NULL;
