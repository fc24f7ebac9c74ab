package dev.breakwater.storage.sql.user;

import dev.breakwater.core.query.Slice;
import dev.breakwater.core.user.User;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import reactor.core.publisher.Mono;

/**
 * All users in the order of their names, page by page. What is skipped costs an entry of an index
 * each, so it is remembered where pages began: whoever turns pages goes on near there. Names do not
 * change, and whoever comes or goes changes the row of the total: as long as that is the same one,
 * everybody is where they were.
 */
final class UsersByName {
  /** Says with each row how many there are, and which version of the total that is. */
  static final String PAGE =
      """
      SELECT id, app_user.username, email, real_name, comment, sysadmin, source,
        administers_by_group, password_hash, created_at, updated_at,
        app_user_total.present, app_user_total.xmin::text AS version
      FROM (
        SELECT username FROM app_user
        WHERE deleted_at IS NULL AND username >= $1
        ORDER BY username OFFSET $2 LIMIT $3) AS page
      JOIN app_user ON app_user.username = page.username AND app_user.deleted_at IS NULL
      CROSS JOIN app_user_total
      ORDER BY app_user.username
      """;

  private static final int MOST_STARTS = 2_000;

  private final Database database;
  private volatile Starts starts = Starts.of("");

  UsersByName(Database database) {
    this.database = database;
  }

  /**
   * @return a slice whose total is right; empty when nobody is that far behind
   */
  Mono<Slice<User>> page(int offset, int limit) {
    return Mono.defer(() -> {
      Starts known = starts;
      Map.Entry<Integer, String> near = known.names.floorEntry(offset);
      return page(near.getValue(), offset - near.getKey(), limit)
          .filter(rows -> near.getKey() == 0 || rows.getFirst().version.equals(known.version))
          .switchIfEmpty(Mono.defer(() -> page("", offset, limit)))
          .doOnNext(rows -> remember(offset, rows.getFirst()))
          .map(UsersByName::slice);
    });
  }

  private Mono<List<Row>> page(String from, int offset, int limit) {
    return database
        .many(PAGE, UsersByName::row, from, offset, limit)
        .filter(rows -> !rows.isEmpty());
  }

  private void remember(int offset, Row first) {
    Starts known = starts;
    if (!known.version.equals(first.version) || known.names.size() > MOST_STARTS) {
      known = Starts.of(first.version);
      starts = known;
    }
    if (offset > 0) {
      known.names.put(offset, first.user.username());
    }
  }

  private static Slice<User> slice(List<Row> rows) {
    return new Slice<>(rows.stream().map(Row::user).toList(), rows.getFirst().total);
  }

  private static Row row(Readable row) {
    return new Row(
        PgUserRepository.user(row), Rows.number(row, "present"), Rows.text(row, "version"));
  }

  private record Row(User user, long total, String version) {}

  /**
   * @param names the first names of pages by how many stand before them
   */
  private record Starts(String version, ConcurrentSkipListMap<Integer, String> names) {
    static Starts of(String version) {
      return new Starts(version, new ConcurrentSkipListMap<>(Map.of(0, "")));
    }
  }
}
