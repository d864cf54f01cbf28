-- What a collection leaves beside its snapshot: observations, bookmarks, counts that are believed, and what an unchanged scan shares
-- with an earlier one.

-- The platform's own events and run statistics: never compared, so not part of a snapshot. An event is the same event however often it is read.
CREATE TABLE observations (
  tenant_id text NOT NULL, platform_id text NOT NULL, kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, name text NOT NULL, properties json NOT NULL, at timestamptz(3),
  first_scan_id text NOT NULL, last_scan_id text NOT NULL,
  PRIMARY KEY (tenant_id, platform_id, kind, key), FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id)
);
CREATE INDEX observations_by_time ON observations (tenant_id, platform_id, kind, at DESC);

-- How far the platform's log was read, by resource type: the time of the newest event, as the platform wrote it.
CREATE TABLE collection_bookmarks (
  tenant_id text NOT NULL, platform_id text NOT NULL, resource_type text COLLATE "C" NOT NULL, at text NOT NULL,
  PRIMARY KEY (tenant_id, platform_id, resource_type), FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id)
);

-- How many items of a type there are, as the last scan that was believed read it or as a person confirmed it. Far fewer are suspect.
CREATE TABLE believed_counts (
  tenant_id text NOT NULL, platform_id text NOT NULL, resource_type text COLLATE "C" NOT NULL, count integer NOT NULL CHECK (count >= 0), scan_id text NOT NULL,
  PRIMARY KEY (tenant_id, platform_id, resource_type),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id)
);

-- Who said that a suspect count is so, and why. `before`: the count that was believed until then.
CREATE TABLE count_confirmations (
  tenant_id text NOT NULL, scan_id text NOT NULL, resource_type text COLLATE "C" NOT NULL, platform_id text NOT NULL, before integer, count integer NOT NULL, reason text NOT NULL,
  confirmed_by text NOT NULL, confirmed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, scan_id, resource_type),
  FOREIGN KEY (tenant_id, platform_id) REFERENCES platforms (tenant_id, id), FOREIGN KEY (tenant_id, scan_id) REFERENCES scans (tenant_id, id)
);

-- reuse_key: with what the pages were read (connector pack, fingerprint key, engine); pages of another key are of no use.
-- judged_key: what the verdicts rest on (snapshot, completeness, checks). same_as: the scan whose verdicts this one shares, because nothing changed.
ALTER TABLE scans ADD COLUMN reuse_key text, ADD COLUMN judged_key text, ADD COLUMN same_as text,
  ADD FOREIGN KEY (tenant_id, same_as) REFERENCES scans (tenant_id, id);
CREATE INDEX scans_same_as ON scans (tenant_id, same_as) WHERE same_as IS NOT NULL;

-- The scan whose pages are kept for the next one to ask "has this changed?".
ALTER TABLE platforms ADD COLUMN pages_scan_id text;

-- head: all of a page but its items, so that asking whether it changed does not load it.
ALTER TABLE scan_pages ADD COLUMN head json;
-- Pages live for a scan or two; squeezing each one costs more than its place.
ALTER TABLE scan_pages ALTER COLUMN body SET STORAGE EXTERNAL;
