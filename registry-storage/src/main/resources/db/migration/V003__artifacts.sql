-- serves: 0.1.0

-- An artifact is a manifest with what the management API tells of it.
ALTER TABLE manifest
  -- The repository's, repeated here for lists of a project.
  ADD COLUMN project_id bigint REFERENCES project,
  ADD COLUMN type text COLLATE "C" NOT NULL DEFAULT 'UNKNOWN',
  ADD COLUMN config_media_type text COLLATE "C" NOT NULL DEFAULT '',
  -- The manifest with all that it names, each once; of an index, with its children's.
  ADD COLUMN total_size bigint NOT NULL DEFAULT 0,
  -- What the config says, a JSON object.
  ADD COLUMN extra_attributes text NOT NULL DEFAULT '{}',
  ADD COLUMN pulled_at timestamptz,
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN tagged boolean NOT NULL DEFAULT false,
  -- An index of the repository names it.
  ADD COLUMN child boolean NOT NULL DEFAULT false,
  -- What it belongs to: its subject, or the one that its tag names (sha256-HEX.sig). It need not be here.
  ADD COLUMN accessory_of text COLLATE "C",
  ADD COLUMN accessory_type text COLLATE "C",
  ADD COLUMN listed boolean GENERATED ALWAYS AS
    ((tagged OR NOT child) AND accessory_of IS NULL) STORED;

UPDATE manifest SET
  project_id = repository.project_id,
  tagged = EXISTS (SELECT FROM tag WHERE tag.manifest_id = manifest.id),
  child = EXISTS (
    SELECT FROM manifest_reference AS named
    WHERE named.repository_id = manifest.repository_id AND named.digest = manifest.digest
      AND named.kind = 'c'),
  accessory_of = subject_digest,
  accessory_type = CASE WHEN subject_digest IS NULL THEN NULL ELSE 'subject.accessory' END,
  type = CASE
    WHEN artifact_type IN (
      'application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json')
      OR media_type IN (
        'application/vnd.oci.image.index.v1+json',
        'application/vnd.docker.distribution.manifest.list.v2+json')
    THEN 'IMAGE'
    WHEN artifact_type = 'application/vnd.cncf.helm.config.v1+json' THEN 'CHART'
    ELSE 'UNKNOWN' END,
  config_media_type = coalesce(artifact_type, ''),
  total_size = manifest.size + coalesce((
    SELECT sum(blob.size)
    FROM manifest_reference AS named JOIN blob ON blob.digest = named.digest
    WHERE named.manifest_id = manifest.id), 0)
FROM repository WHERE repository.id = manifest.repository_id;

-- Of indexes, with their children's.
UPDATE manifest SET total_size = manifest.total_size + children.size
FROM (
  SELECT named.manifest_id, sum(child.total_size) AS size
  FROM manifest_reference AS named
  JOIN manifest AS child
    ON child.repository_id = named.repository_id AND child.digest = named.digest
  WHERE named.kind = 'c'
  GROUP BY named.manifest_id) AS children
WHERE children.manifest_id = manifest.id;

ALTER TABLE manifest ALTER COLUMN project_id SET NOT NULL;

CREATE INDEX manifest_listed ON manifest (repository_id, pushed_at, id) WHERE listed;
CREATE INDEX manifest_listed_pulled ON manifest (repository_id, pulled_at, id) WHERE listed;
CREATE INDEX manifest_listed_type ON manifest (repository_id, type, pushed_at, id) WHERE listed;
CREATE INDEX manifest_project_listed ON manifest (project_id, pushed_at, id) WHERE listed;
CREATE INDEX manifest_project_pulled ON manifest (project_id, pulled_at, id) WHERE listed;
CREATE INDEX manifest_project_type ON manifest (project_id, type, pushed_at, id) WHERE listed;
CREATE INDEX manifest_project_digest ON manifest (project_id, digest);
CREATE INDEX manifest_accessory ON manifest (repository_id, accessory_of, id)
  WHERE accessory_of IS NOT NULL;
CREATE INDEX manifest_untagged ON manifest (repository_id, id) WHERE listed AND NOT tagged;
CREATE INDEX manifest_expiry ON manifest (expires_at, id) WHERE expires_at IS NOT NULL;

-- Whether anything of a project, or of a repository in it, names a digest.
ALTER TABLE manifest_reference ADD COLUMN project_id bigint;
UPDATE manifest_reference SET project_id = repository.project_id
FROM repository WHERE repository.id = manifest_reference.repository_id;
ALTER TABLE manifest_reference ALTER COLUMN project_id SET NOT NULL;
DROP INDEX manifest_reference_digest;
CREATE INDEX manifest_reference_digest
  ON manifest_reference (project_id, digest, repository_id, kind, manifest_id);

ALTER TABLE tag
  ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN pulled_at timestamptz;
CREATE INDEX tag_pushed ON tag (repository_id, updated_at, name);
CREATE INDEX tag_name_parts ON tag USING gin (name gin_trgm_ops);

-- Pulls and pushes are counted in batches, outside of the transactions of pushes.
ALTER TABLE repository
  ADD COLUMN description text NOT NULL DEFAULT '',
  ADD COLUMN pull_count bigint NOT NULL DEFAULT 0;
CREATE INDEX repository_updated ON repository (project_id, updated_at, id);
CREATE INDEX repository_created ON repository (project_id, created_at, id);
CREATE INDEX repository_all_updated ON repository (updated_at, id);
CREATE INDEX repository_name_parts ON repository USING gin (name gin_trgm_ops);

-- Which tag pointed where, and who moved it.
CREATE TABLE tag_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  old_digest text COLLATE "C", -- none: it was new
  new_digest text COLLATE "C", -- none: it was deleted
  username text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(old_digest, new_digest) > 0)
);
CREATE INDEX tag_change_tag ON tag_change (repository_id, name, id);
CREATE INDEX tag_change_repository ON tag_change (repository_id, id);
CREATE INDEX tag_change_age ON tag_change (changed_at, id);

-- Deleted artifacts that may still be brought back. Nobody reads them; what they name is not
-- collected, but no longer counted.
CREATE TABLE deleted_manifest (
  id bigint PRIMARY KEY, -- the number that it had and gets back
  repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
  project_id bigint NOT NULL,
  digest text COLLATE "C" NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  artifact_type text COLLATE "C",
  subject_digest text COLLATE "C",
  annotations text NOT NULL,
  size int NOT NULL,
  bytes bytea NOT NULL,
  pushed_at timestamptz NOT NULL,
  type text COLLATE "C" NOT NULL,
  config_media_type text COLLATE "C" NOT NULL,
  total_size bigint NOT NULL,
  extra_attributes text NOT NULL,
  pulled_at timestamptz,
  expires_at timestamptz,
  accessory_of text COLLATE "C",
  accessory_type text COLLATE "C",
  tags text[] COLLATE "C" NOT NULL,
  -- Those that went together come back together.
  deletion uuid NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT now(),
  deleted_by text NOT NULL,
  restorable_until timestamptz NOT NULL
);
ALTER TABLE deleted_manifest ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX deleted_manifest_digest ON deleted_manifest (repository_id, digest, deleted_at);
CREATE INDEX deleted_manifest_list ON deleted_manifest (repository_id, deleted_at, id);
CREATE INDEX deleted_manifest_deletion ON deleted_manifest (deletion);
CREATE INDEX deleted_manifest_age ON deleted_manifest (restorable_until, id);
CREATE TABLE deleted_reference (
  manifest_id bigint NOT NULL REFERENCES deleted_manifest ON DELETE CASCADE,
  repository_id bigint NOT NULL,
  kind "char" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  PRIMARY KEY (manifest_id, kind, digest)
);
CREATE INDEX deleted_reference_digest ON deleted_reference (repository_id, digest);

-- Quotas. What a project holds, each content once: blobs that were uploaded or mounted and not
-- given up yet, manifests, and what they name. The sum of sizes is what the project uses.
CREATE TABLE project_content (
  project_id bigint NOT NULL REFERENCES project ON DELETE CASCADE,
  digest text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  PRIMARY KEY (project_id, digest)
);
-- The sum so far, and what was added or taken since: no two pushes share a row.
CREATE TABLE project_usage (
  project_id bigint PRIMARY KEY REFERENCES project ON DELETE CASCADE,
  used bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE project_usage_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id bigint NOT NULL,
  bytes bigint NOT NULL
);
CREATE INDEX project_usage_change_project ON project_usage_change (project_id) INCLUDE (bytes);
-- Room that was promised to bytes under way; the number of an upload, or a random one.
CREATE TABLE quota_reservation (
  id uuid PRIMARY KEY,
  project_id bigint NOT NULL,
  bytes bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX quota_reservation_project ON quota_reservation (project_id) INCLUDE (bytes);
CREATE INDEX quota_reservation_expiry ON quota_reservation (expires_at);

INSERT INTO project_content (project_id, digest, size)
SELECT DISTINCT repository.project_id, blob.digest, blob.size
FROM repository_blob
JOIN repository ON repository.id = repository_blob.repository_id
JOIN blob ON blob.id = repository_blob.blob_id
UNION
SELECT DISTINCT project_id, digest, size::bigint FROM manifest;
INSERT INTO project_usage (project_id, used)
SELECT project.id, coalesce((
  SELECT sum(size) FROM project_content WHERE project_content.project_id = project.id), 0)
FROM project;

-- Promises room, or as much as is left if that is at least what is needed. It locks the project's
-- row for a moment, so that two of them never promise the same room; each statement in it sees what
-- was committed before it got the lock.
CREATE FUNCTION reserve_quota(
  wanted_project bigint, reservation uuid, wanted bigint, needed bigint, expiry timestamptz)
RETURNS TABLE (granted bigint, used bigint, reserved bigint, hard bigint)
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO project_usage (project_id) VALUES (wanted_project) ON CONFLICT DO NOTHING;
  PERFORM FROM project_usage WHERE project_usage.project_id = wanted_project FOR UPDATE;
  SELECT storage_limit INTO hard FROM project WHERE id = wanted_project;
  SELECT project_usage.used + coalesce((
      SELECT sum(bytes) FROM project_usage_change
      WHERE project_usage_change.project_id = wanted_project), 0)
    INTO used FROM project_usage WHERE project_usage.project_id = wanted_project;
  SELECT coalesce(sum(bytes), 0) INTO reserved FROM quota_reservation
    WHERE quota_reservation.project_id = wanted_project AND expires_at > now();
  granted := wanted;
  IF hard <> -1 AND used + reserved + wanted > hard THEN
    granted := hard - used - reserved;
    IF granted < needed OR granted < 0 THEN
      granted := -1;
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;
  IF granted > 0 THEN
    INSERT INTO quota_reservation (id, project_id, bytes, expires_at)
    VALUES (reservation, wanted_project, granted, expiry)
    ON CONFLICT (id) DO UPDATE
    SET bytes = quota_reservation.bytes + excluded.bytes, expires_at = excluded.expires_at;
  END IF;
  RETURN NEXT;
END $$;

-- Garbage collection. A link is looked at again at review_at (its lease ran out, or a manifest
-- that named its blob is gone); one that a manifest names has none. A blob without links is
-- condemned, and deleted later if it still has none and nobody is about to store it.
ALTER TABLE repository_blob
  ADD COLUMN review_at timestamptz,
  -- The manifests that named the blob are gone: it may still be leased, but counts no longer.
  ADD COLUMN given_up boolean NOT NULL DEFAULT false;
UPDATE repository_blob SET review_at = leased_until;
CREATE INDEX repository_blob_review ON repository_blob (review_at, repository_id, blob_id)
  WHERE review_at IS NOT NULL;
ALTER TABLE blob
  ADD COLUMN touched_until timestamptz,
  ADD COLUMN condemned_at timestamptz;
CREATE INDEX blob_condemned ON blob (condemned_at, id) WHERE condemned_at IS NOT NULL;

-- However links go (a deletion, garbage collection, the project with all it has): their blobs are
-- looked at. Even if other links are there: those may be going in another transaction.
CREATE FUNCTION condemn_blobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE blob SET condemned_at = now()
  FROM (
    SELECT id FROM blob
    WHERE id IN (SELECT blob_id FROM unlinked) AND condemned_at IS NULL
    ORDER BY id
    FOR NO KEY UPDATE) AS candidate
  WHERE blob.id = candidate.id;
  RETURN NULL;
END $$;
CREATE TRIGGER condemn_blobs AFTER DELETE ON repository_blob
  REFERENCING OLD TABLE AS unlinked
  FOR EACH STATEMENT EXECUTE FUNCTION condemn_blobs();
