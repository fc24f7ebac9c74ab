-- serves: 0.1.0

-- When a blob's file was found missing or damaged: until it is pushed again, it is answered as
-- unknown and no manifest may come to name it.
ALTER TABLE blob ADD COLUMN lost_at timestamptz;

-- Whether a file that has no row could be brought back by an undo.
CREATE INDEX deleted_reference_blob ON deleted_reference (digest);
