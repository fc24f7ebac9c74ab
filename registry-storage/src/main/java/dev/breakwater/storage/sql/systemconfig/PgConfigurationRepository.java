package dev.breakwater.storage.sql.systemconfig;

import dev.breakwater.core.systemconfig.ConfigurationRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.StorableText;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Settings as rows: a few dozen at most, read whole. */
public final class PgConfigurationRepository implements ConfigurationRepository {
  private static final String ALL = "SELECT name, value FROM configuration";

  private static final String PUT =
      """
      INSERT INTO configuration (name, value)
      SELECT * FROM unnest($1::text[], $2::text[])
      ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()
      """;

  /** Log-ins that make users wait: they would be made for the way that is being left. */
  private static final String LOCK = "LOCK TABLE app_user IN SHARE MODE";

  static final String OTHER_USERS =
      """
      SELECT EXISTS (
        SELECT 1 FROM app_user WHERE deleted_at IS NULL AND username <> 'admin'
      ) AS others
      """;

  private final Database database;

  public PgConfigurationRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Map<String, String>> all() {
    return database
        .many(ALL, row -> Map.entry(Rows.text(row, "name"), Rows.text(row, "value")))
        .map(rows ->
            rows.stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** In the order of the names, so that two changes at once do not wait for each other. */
  @Override
  public Mono<Void> put(Tx tx, Map<String, String> values) {
    SortedMap<String, String> sorted = new TreeMap<>(values);
    return Mono.defer(() ->
            database
                .in(tx)
                .update(
                    PUT,
                    sorted.keySet().toArray(new String[0]),
                    sorted.values().stream()
                        .map(value -> StorableText.require("the value", value))
                        .toArray(String[]::new)))
        .then();
  }

  @Override
  public Mono<Boolean> hasOtherUsers() {
    return database.one(OTHER_USERS, row -> Rows.flag(row, "others"));
  }

  @Override
  public Mono<Boolean> hasOtherUsers(Tx tx) {
    return database
        .in(tx)
        .update(LOCK)
        .then(Mono.defer(() -> database.in(tx).one(OTHER_USERS, row -> Rows.flag(row, "others"))));
  }
}
