-- serves: 0.1.0

-- Every list of users says how many there are, and to count 100,000 takes longer than a page may.
-- Users come and go so rarely that they can wait for each other here.
CREATE TABLE app_user_total (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  present bigint NOT NULL
);
INSERT INTO app_user_total (present) SELECT count(*) FROM app_user WHERE deleted_at IS NULL;

CREATE FUNCTION count_added_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user_total
  SET present = present + (SELECT count(*) FROM added WHERE deleted_at IS NULL);
  RETURN NULL;
END
$$;
CREATE FUNCTION count_changed_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user_total SET present = present + CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END;
  RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user_total
  SET present = present - (SELECT count(*) FROM removed WHERE deleted_at IS NULL);
  RETURN NULL;
END
$$;
CREATE TRIGGER app_user_added AFTER INSERT ON app_user
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_users();
CREATE TRIGGER app_user_changed AFTER UPDATE OF deleted_at ON app_user
  FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))
  EXECUTE FUNCTION count_changed_users();
CREATE TRIGGER app_user_removed AFTER DELETE ON app_user
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_users();

-- The orders of the list, each beginning with another column.
CREATE INDEX app_user_created ON app_user (created_at, username) WHERE deleted_at IS NULL;
CREATE INDEX app_user_updated ON app_user (updated_at, username) WHERE deleted_at IS NULL;
CREATE INDEX app_user_real_name ON app_user (real_name, username) WHERE deleted_at IS NULL;

-- As project_public, for the other half.
CREATE INDEX project_private ON project (name, id) WHERE NOT is_public;
