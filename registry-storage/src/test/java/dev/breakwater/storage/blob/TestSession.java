package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.time.Instant;

/** The row of an upload's session, as those who push keep it. */
public final class TestSession {
  private TestSession() {}

  /** Begins one that was touched then. */
  public static void touched(Database database, UploadId upload, Instant then) {
    Await.done(
        database.update(
            """
            INSERT INTO upload
              (id, repository, project_id, owner, received, started_at, touched_at)
            VALUES ($1, 'library/app', 1, 'user:1', 0, $2, $2)
            """,
            upload.value(),
            Rows.timestamp(then)));
  }
}
