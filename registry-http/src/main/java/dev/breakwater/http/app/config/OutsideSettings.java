package dev.breakwater.http.app.config;

import dev.breakwater.storage.redis.RedisUrl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The settings of what runs outside of this program: the database and Redis. */
final class OutsideSettings {
  private OutsideSettings() {}

  /** Tells what no setting can say alone. */
  static void check(ParsedValues found, Consumer<String> mistakes) {
    found
        .find(SettingTable.DATABASE_URL)
        .flatMap(url -> url)
        .filter(url -> !url.matches("(r2dbc:|jdbc:)?postgres(ql)?://.+"))
        .ifPresent(
            _ -> mistakes.accept("database.url: is not a URL such as postgresql://host:5432/name"));
    if (!found.isSet(SettingTable.DATABASE_URL)) {
      refuseWithout("database.url", found, SettingTable.DATABASE_PASSWORD, mistakes);
      if (found.find(SettingTable.DATABASE_PGBOUNCER).orElse(false)) {
        mistakes.accept("database.pgbouncer: is set, but database.url is not");
      }
    }
    found
        .find(SettingTable.REDIS_URL)
        .flatMap(url -> url)
        .ifPresentOrElse(url -> checkRedisUrl(url, mistakes), () -> refuseRedis(found, mistakes));
  }

  private static void checkRedisUrl(String url, Consumer<String> mistakes) {
    try {
      RedisUrl.parse(url, Optional.empty(), Duration.ofSeconds(1));
    } catch (IllegalArgumentException e) {
      mistakes.accept("redis.url: " + e.getMessage());
    }
  }

  private static void refuseRedis(ParsedValues found, Consumer<String> mistakes) {
    for (Setting<? extends Optional<?>> setting :
        List.<Setting<? extends Optional<?>>>of(
            SettingTable.REDIS_USERNAME,
            SettingTable.REDIS_PASSWORD,
            SettingTable.REDIS_SENTINEL_USERNAME,
            SettingTable.REDIS_SENTINEL_PASSWORD)) {
      refuseWithout("redis.url", found, setting, mistakes);
    }
  }

  private static void refuseWithout(
      String needed,
      ParsedValues found,
      Setting<? extends Optional<?>> setting,
      Consumer<String> mistakes) {
    if (found.find(setting).filter(Optional::isPresent).isPresent()) {
      mistakes.accept(setting.key() + ": is set, but " + needed + " is not");
    }
  }

  static DatabaseSettings database(ParsedValues found) {
    return new DatabaseSettings(
        found.get(SettingTable.DATABASE_URL),
        found.get(SettingTable.DATABASE_USERNAME),
        found.get(SettingTable.DATABASE_PASSWORD),
        found.get(SettingTable.DATABASE_ROOT_CERTIFICATE),
        new DatabaseSettings.Pool(
            found.get(SettingTable.DATABASE_POOL_SIZE),
            found.get(SettingTable.DATABASE_ACQUIRE_TIMEOUT),
            found.get(SettingTable.DATABASE_CONNECT_TIMEOUT),
            found.get(SettingTable.DATABASE_STATEMENT_TIMEOUT),
            found.get(SettingTable.DATABASE_MAX_IDLE),
            found.get(SettingTable.DATABASE_MAX_LIFE),
            found.get(SettingTable.DATABASE_PGBOUNCER)));
  }

  static RedisSettings redis(ParsedValues found) {
    return new RedisSettings(
        found.get(SettingTable.REDIS_URL),
        found.get(SettingTable.REDIS_USERNAME),
        found.get(SettingTable.REDIS_PASSWORD),
        found.get(SettingTable.REDIS_SENTINEL_USERNAME),
        found.get(SettingTable.REDIS_SENTINEL_PASSWORD),
        found.get(SettingTable.REDIS_CA_CERTIFICATE),
        found.get(SettingTable.REDIS_TIMEOUT));
  }
}
