-- serves: 0.1.0

-- Artifacts by a part of their digest. New entries wait in a list until they are 4 MB (some 2,700
-- manifests), so that a push does not look for the place of each of its digest's 60 trigrams.
CREATE INDEX manifest_digest_parts ON manifest USING gin (digest gin_trgm_ops);
