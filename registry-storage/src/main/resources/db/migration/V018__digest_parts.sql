-- serves: 0.1.0

-- Artifacts by a part of their digest. The entries of new versions of rows, after pushes, pulls and
-- changes of tags, wait in a list until they are 4 MB (some 2,700 versions), so that none of these
-- looks for the place of each of the digest's 60 trigrams. Of an expression, so that nobody looks
-- for whole digests in it: it can do that, too, and takes a hundred times as long.
CREATE INDEX manifest_digest_parts ON manifest USING gin (lower(digest) gin_trgm_ops);
