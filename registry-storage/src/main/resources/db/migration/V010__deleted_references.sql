-- serves: 0.1.0

-- What deleted artifacts named comes and goes by the thousand. A foreign key would lock the
-- artifact's row for each of them, and delete row by row.
ALTER TABLE deleted_reference DROP CONSTRAINT deleted_reference_manifest_id_fkey;
CREATE FUNCTION forget_deleted_references() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM deleted_reference WHERE manifest_id IN (SELECT id FROM forgotten);
  RETURN NULL;
END $$;
CREATE TRIGGER forget_deleted_references AFTER DELETE ON deleted_manifest
  REFERENCING OLD TABLE AS forgotten
  FOR EACH STATEMENT EXECUTE FUNCTION forget_deleted_references();

-- One index instead of two for what names a blob, in a repository or anywhere.
DROP INDEX deleted_reference_blob;
DROP INDEX deleted_reference_digest;
CREATE INDEX deleted_reference_digest ON deleted_reference (digest, repository_id);
