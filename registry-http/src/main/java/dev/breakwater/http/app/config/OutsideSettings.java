package dev.breakwater.http.app.config;

import dev.breakwater.storage.redis.RedisUrl;
import dev.breakwater.storage.sql.DatabaseSettings.Server;
import java.nio.file.Files;
import java.nio.file.Path;
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
        .find(DatabaseSettingTable.URL)
        .flatMap(url -> url)
        .ifPresent(url -> checkDatabaseUrl(found, url, mistakes));
    if (!found.isSet(DatabaseSettingTable.URL)) {
      refuseWithout("database.url", found, DatabaseSettingTable.PASSWORD, mistakes);
      if (found.find(DatabaseSettingTable.PGBOUNCER).orElse(false)) {
        mistakes.accept("database.pgbouncer: is set, but database.url is not");
      }
    }
    found
        .find(RedisSettingTable.URL)
        .flatMap(url -> url)
        .ifPresentOrElse(url -> checkRedisUrl(url, mistakes), () -> refuseRedis(found, mistakes));
  }

  private static void checkDatabaseUrl(ParsedValues found, String url, Consumer<String> mistakes) {
    String username = found.find(DatabaseSettingTable.USERNAME).flatMap(name -> name).orElse("");
    try {
      Server server = dev.breakwater.storage.sql.DatabaseSettings.parse(url, username, "").server();
      if (server instanceof Server.Tcp tcp) {
        tcp.rootCertificate()
            .filter(file -> !Files.isReadable(Path.of(file)))
            .ifPresent(
                file -> mistakes.accept("database.url: sslrootcert " + file + " cannot be read"));
      }
    } catch (IllegalArgumentException e) {
      mistakes.accept(
          String.valueOf(e.getMessage()).replaceFirst("^database\\.url ", "database.url: it "));
    }
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
            RedisSettingTable.USERNAME,
            RedisSettingTable.PASSWORD,
            RedisSettingTable.SENTINEL_USERNAME,
            RedisSettingTable.SENTINEL_PASSWORD)) {
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
        found.get(DatabaseSettingTable.URL),
        found.get(DatabaseSettingTable.USERNAME),
        found.get(DatabaseSettingTable.PASSWORD),
        found.get(DatabaseSettingTable.ROOT_CERTIFICATE),
        new DatabaseSettings.Pool(
            found.get(DatabaseSettingTable.POOL_SIZE),
            found.get(DatabaseSettingTable.ACQUIRE_TIMEOUT),
            found.get(DatabaseSettingTable.CONNECT_TIMEOUT),
            found.get(DatabaseSettingTable.STATEMENT_TIMEOUT),
            found.get(DatabaseSettingTable.MAX_IDLE),
            found.get(DatabaseSettingTable.MAX_LIFE),
            found.get(DatabaseSettingTable.PGBOUNCER)));
  }

  static RedisSettings redis(ParsedValues found) {
    return new RedisSettings(
        found.get(RedisSettingTable.URL),
        found.get(RedisSettingTable.USERNAME),
        found.get(RedisSettingTable.PASSWORD),
        found.get(RedisSettingTable.SENTINEL_USERNAME),
        found.get(RedisSettingTable.SENTINEL_PASSWORD),
        found.get(RedisSettingTable.CA_CERTIFICATE),
        found.get(RedisSettingTable.TIMEOUT));
  }
}
