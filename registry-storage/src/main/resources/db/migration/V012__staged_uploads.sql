-- serves: 0.1.0

-- An upload to an object store, so that any replica can go on with it.
CREATE TABLE staged_upload (
  id uuid PRIMARY KEY,
  -- Of the latest request; an earlier one may not write any more.
  generation bigint NOT NULL DEFAULT 1,
  -- Whether that request has not ended in order.
  busy boolean NOT NULL DEFAULT true,
  -- The object that the parts will become, and what the service calls the upload.
  object_key text COLLATE "C" NOT NULL,
  multipart_id text COLLATE "C",
  -- The parts become the blob itself.
  direct boolean NOT NULL DEFAULT false,
  -- The parts have become an object of this size.
  sealed_size bigint,
  next_part bigint NOT NULL DEFAULT 1,
  touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX staged_upload_touched ON staged_upload (touched_at, id);

-- Its bytes: complete parts, and objects with what was too small for one.
CREATE TABLE staged_piece (
  upload_id uuid NOT NULL REFERENCES staged_upload ON DELETE CASCADE,
  tail boolean NOT NULL,
  number bigint NOT NULL,
  first_byte bigint NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  entity_tag text COLLATE "C" NOT NULL,
  checksum text COLLATE "C" NOT NULL,
  PRIMARY KEY (upload_id, tail, number)
);
