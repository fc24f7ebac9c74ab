package dev.breakwater.core.systemconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.systemconfig.ConfigurationItem.Kind;
import dev.breakwater.core.transaction.Tx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The settings as rows, secrets sealed, and what the operator fixed at start, which counts over
 * them. Cached for {@link #CACHE}: a change counts within that time on every replica, at once on
 * the one that made it.
 */
public final class StoredConfiguration implements ConfigurationSource {
  static final Duration CACHE = Duration.ofSeconds(4);

  private static final String ALL = "all";

  private final ConfigurationRepository rows;
  private final SecretBox box;
  private final ConfigurationChange fixed;
  private final AsyncCache<String, Configuration> cache;

  /**
   * @param fixed what the operator decided for good
   */
  public StoredConfiguration(
      ConfigurationRepository rows, SecretBox box, ConfigurationChange fixed) {
    this(rows, box, fixed, Ticker.systemTicker());
  }

  StoredConfiguration(
      ConfigurationRepository rows, SecretBox box, ConfigurationChange fixed, Ticker ticker) {
    this.rows = rows;
    this.box = box;
    this.fixed = fixed;
    this.cache = Caffeine.newBuilder().ticker(ticker).expireAfterWrite(CACHE).buildAsync();
  }

  @Override
  public Mono<Configuration> current() {
    return Mono.fromFuture(() -> cache.get(ALL, (_, _) -> read().toFuture()), true);
  }

  /** The settings as they are now. */
  Mono<Configuration> read() {
    return rows.all().map(this::open);
  }

  /** What the operator fixed this setting to. */
  Optional<String> fixed(ConfigurationItem item) {
    return Optional.ofNullable(fixed.values().get(item));
  }

  Mono<Void> put(Tx tx, Map<ConfigurationItem, String> values) {
    return Mono.defer(() -> rows.put(tx, seal(values)));
  }

  /** Reads the rows again at the next use. */
  public void forget() {
    cache.synchronous().invalidateAll();
  }

  private Configuration open(Map<String, String> stored) {
    Map<ConfigurationItem, String> values = new EnumMap<>(ConfigurationItem.class);
    stored.forEach((key, value) ->
        ConfigurationItem.find(key).ifPresent(item -> values.put(item, open(item, value))));
    values.putAll(fixed.values());
    return new Configuration(values);
  }

  private String open(ConfigurationItem item, String value) {
    return item.kind() == Kind.SECRET && !value.isEmpty()
        ? new String(box.open(value, context(item)), UTF_8)
        : value;
  }

  private Map<String, String> seal(Map<ConfigurationItem, String> values) {
    Map<String, String> sealed = new HashMap<>();
    values.forEach((item, value) -> sealed.put(item.key(), seal(item, value)));
    return sealed;
  }

  private String seal(ConfigurationItem item, String value) {
    return item.kind() == Kind.SECRET && !value.isEmpty()
        ? box.seal(value.getBytes(UTF_8), context(item))
        : value;
  }

  private static String context(ConfigurationItem item) {
    return "configuration:" + item.key();
  }
}
