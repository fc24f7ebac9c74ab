package dev.breakwater.storage.sql.icon;

import dev.breakwater.core.icon.IconRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import reactor.core.publisher.Mono;

/** Finds pictures by the artifacts that have them. */
public final class PgIconRepository implements IconRepository {
  static final String IS_ICON =
      """
      SELECT EXISTS (
        SELECT FROM manifest
        JOIN blob ON blob.digest = manifest.icon
        JOIN repository_blob AS link
          ON link.repository_id = manifest.repository_id AND link.blob_id = blob.id
        WHERE manifest.icon = $1) AS known
      """;

  private final Database database;

  public PgIconRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Boolean> isIcon(Digest digest) {
    return database.one(IS_ICON, row -> Rows.flag(row, "known"), digest.toString());
  }
}
