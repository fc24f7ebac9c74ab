-- serves: 0.1.0

-- Artifacts of a project, ordered by size.
CREATE INDEX manifest_project_size ON manifest (project_id, total_size, id) WHERE listed;

-- Repositories of all projects, ordered by age.
CREATE INDEX repository_all_created ON repository (created_at, id);
