-- serves: 0.1.0

-- As app_user_total: every list of projects says how many there are.
CREATE TABLE project_total (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  present bigint NOT NULL,
  public bigint NOT NULL
);
INSERT INTO project_total (present, public)
SELECT count(*), count(*) FILTER (WHERE is_public) FROM project;

CREATE FUNCTION count_added_projects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project_total SET
    present = present + (SELECT count(*) FROM added),
    public = public + (SELECT count(*) FROM added WHERE is_public);
  RETURN NULL;
END
$$;
CREATE FUNCTION count_changed_projects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project_total SET public = public + CASE WHEN NEW.is_public THEN 1 ELSE -1 END;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_projects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE project_total SET
    present = present - (SELECT count(*) FROM removed),
    public = public - (SELECT count(*) FROM removed WHERE is_public);
  RETURN NULL;
END
$$;
CREATE TRIGGER project_added AFTER INSERT ON project
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_projects();
CREATE TRIGGER project_changed AFTER UPDATE OF is_public ON project
  FOR EACH ROW WHEN (OLD.is_public <> NEW.is_public) EXECUTE FUNCTION count_changed_projects();
CREATE TRIGGER project_removed AFTER DELETE ON project
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_projects();
