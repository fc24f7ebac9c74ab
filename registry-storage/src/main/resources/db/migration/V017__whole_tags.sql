-- serves: 0.1.0

-- A statement that pushes a manifest can be a transaction of its own: it undoes itself when a tag
-- that it wanted to make was made by somebody else meanwhile.
CREATE FUNCTION require_tags(made bigint, wanted bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF made <> wanted THEN
    RAISE EXCEPTION 'a tag was made meanwhile' USING ERRCODE = '23B02';
  END IF;
  RETURN true;
END
$$;
