-- serves: 0.1.0

-- Lists of a project with the children of indexes, too: one index for both.
DROP INDEX manifest_project_pushed;
CREATE INDEX manifest_project_pushed ON manifest (project_id, pushed_at, id)
  INCLUDE (tagged, listed) WHERE accessory_of IS NULL;

-- Artifacts of a project, ordered by what they say of themselves.
CREATE INDEX manifest_project_config_type ON manifest (project_id, config_media_type, id)
  WHERE listed;
CREATE INDEX manifest_project_media_type ON manifest (project_id, media_type, id) WHERE listed;
CREATE INDEX manifest_project_artifact_type ON manifest (project_id, artifact_type, id)
  WHERE listed;

-- An index has no config: its own type stands there.
UPDATE manifest SET config_media_type = media_type
WHERE config_media_type = '' AND media_type IN (
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json');

-- A repository has one project: the planner would take both for a rare coincidence otherwise.
CREATE STATISTICS manifest_home (dependencies) ON repository_id, project_id FROM manifest;
ANALYZE manifest (repository_id, project_id);
