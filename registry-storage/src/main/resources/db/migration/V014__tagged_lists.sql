-- serves: 0.1.0

-- Whether they have a tag stands in the index, too: tagged and untagged artifacts of a project are
-- counted without a look at their rows.
CREATE INDEX manifest_project_pushed ON manifest (project_id, pushed_at, id) INCLUDE (tagged)
  WHERE listed;
DROP INDEX manifest_project_listed;
