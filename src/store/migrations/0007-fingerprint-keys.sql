-- With what the fingerprints of a tenant's secrets are made: `installation` = the key that all tenants of an older version share, so that what
-- was approved before does not look rotated; `own` = a key of this tenant, so that nobody can tell that two tenants use the same secret.
ALTER TABLE tenants ADD COLUMN fingerprint_key text NOT NULL DEFAULT 'installation' CHECK (fingerprint_key IN ('installation', 'own'));
ALTER TABLE tenants ALTER COLUMN fingerprint_key SET DEFAULT 'own';
