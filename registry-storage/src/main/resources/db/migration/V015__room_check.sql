-- serves: 0.1.0

-- A statement that makes a project grow can be a transaction of its own: it undoes itself when more
-- room would be needed than was promised.
CREATE FUNCTION require_room(growth bigint, reserved bigint, storage_limit bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF storage_limit <> -1 AND growth > reserved THEN
    RAISE EXCEPTION 'more room is needed'
      USING ERRCODE = '23B01', DETAIL = (growth - reserved)::text;
  END IF;
  RETURN true;
END
$$;
