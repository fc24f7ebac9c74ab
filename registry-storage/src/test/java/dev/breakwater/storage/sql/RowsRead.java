package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** How many rows of each table a statement reads when it is planned for any parameters. */
public final class RowsRead {
  /** As it is after it ran a few times on one connection. */
  private static final String GENERIC = "SET LOCAL plan_cache_mode = force_generic_plan";

  private static final String COUNT =
      """
      SELECT relname::text AS name, seq_tup_read + coalesce(idx_tup_fetch, 0) AS n
      FROM pg_stat_xact_user_tables
      """;

  private final Map<String, Long> rows;

  private RowsRead(Map<String, Long> rows) {
    this.rows = rows;
  }

  /** Runs it. */
  public static RowsRead by(Database database, String sql, Object... parameters) {
    return Await.value(
        database.inTx(tx -> {
          Statements statements = database.in(tx);
          return statements
              .update(GENERIC)
              .then(Mono.defer(() -> count(statements)))
              .delayUntil(_ -> statements.many(sql, _ -> 1, parameters))
              .flatMap(before ->
                  count(statements)
                      .map(after -> {
                        after.replaceAll((table, rows) -> rows - before.getOrDefault(table, 0L));
                        return new RowsRead(after);
                      }));
        }));
  }

  private static Mono<Map<String, Long>> count(Statements statements) {
    return statements
        .many(COUNT, row -> Map.entry(Rows.text(row, "name"), Rows.number(row, "n")))
        .map(counts ->
            counts.stream()
                .filter(each -> each.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** However many there are in a table. */
  public void isAtMost(long most) {
    assertThat(rows).isNotEmpty();
    assertThat(rows.values()).as("%s", rows).allMatch(count -> count <= most);
  }
}
