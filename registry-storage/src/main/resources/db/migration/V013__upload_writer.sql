-- serves: 0.1.0
-- Which replica writes to an upload at the moment, and until when it may without saying so again.
ALTER TABLE upload
  ADD COLUMN writer uuid,
  ADD COLUMN writer_until timestamptz,
  ADD CHECK ((writer IS NULL) = (writer_until IS NULL));
