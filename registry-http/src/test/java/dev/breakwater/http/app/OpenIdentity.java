package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.systemconfig.ConfigurationChange;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import dev.breakwater.storage.sql.Database;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Everything that knows who people are, over a real database, without a server before it. */
final class OpenIdentity implements AutoCloseable {
  static final Caller ADMINISTRATOR =
      Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Pools pools;
  private final Storage storage;
  private final Identity identity;

  private OpenIdentity(Pools pools, Storage storage, Identity identity) {
    this.pools = pools;
    this.storage = storage;
    this.identity = identity;
  }

  static OpenIdentity in(Path data, Clock clock) throws Exception {
    Settings settings =
        SettingsLoader.load(
                Optional.empty(),
                Optional.empty(),
                Map.of(
                    "BREAKWATER_DATA_DIR",
                    data.toString(),
                    "BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS",
                    "true"))
            .settings();
    Pools pools = Pools.create(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    Storage storage = Storage.open(settings, pools.blobIoScheduler());
    return new OpenIdentity(pools, storage, Identity.open(settings, storage.database(), clock));
  }

  Directories directories() {
    return identity.directories();
  }

  Identity identity() {
    return identity;
  }

  Database database() {
    return storage.database();
  }

  /** Sets settings, given as the body of a request. */
  void configure(String json) {
    ConfigurationChange change = ConfigurationChange.parse(Json.parse(json.getBytes(UTF_8)));
    done(directories().configuration().update(ADMINISTRATOR, change));
  }

  /** The first column of each row, as text. */
  List<String> texts(String sql) {
    return value(database().many(sql, row -> String.valueOf(row.get(0))));
  }

  static <T> T value(Mono<T> result) {
    return Objects.requireNonNull(result.block(PATIENCE));
  }

  static <T> Optional<T> optional(Mono<T> result) {
    return result.blockOptional(PATIENCE);
  }

  static void done(Mono<?> result) {
    @Nullable Object ignored = result.block(PATIENCE);
  }

  @Override
  public void close() throws IOException {
    identity.close();
    storage.close();
    pools.close();
  }
}
