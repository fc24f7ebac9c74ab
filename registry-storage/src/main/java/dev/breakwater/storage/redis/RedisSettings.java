package dev.breakwater.storage.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where Redis is and how to get in.
 *
 * @param servers the servers themselves; of Sentinel, the sentinels
 * @param credentials for the servers
 * @param sentinelCredentials for the sentinels
 * @param timeout how long an answer may take; whoever asked goes on without it
 */
public record RedisSettings(
    Kind kind,
    List<Server> servers,
    Tls tls,
    Credentials credentials,
    Credentials sentinelCredentials,
    Duration timeout) {
  public RedisSettings {
    servers = List.copyOf(servers);
  }

  /** How the servers stand to each other. */
  public sealed interface Kind {
    /** One server, or an address behind which there is always the one to write to. */
    record Standalone(int database) implements Kind {}

    /**
     * Sentinels know which server is the one to write to.
     *
     * @param master by which name
     */
    record Sentinel(String master, int database) implements Kind {}

    /** Keys are spread over the servers. */
    record Cluster() implements Kind {}
  }

  /** The address of a server. */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * @param username empty: the default user
   * @param password empty: none
   */
  public record Credentials(String username, String password) {
    public static final Credentials NONE = new Credentials("", "");

    /** Without the password. */
    @Override
    public String toString() {
      return username.isEmpty() ? "(default user)" : username;
    }
  }

  /**
   * @param authorities a PEM file with whom to trust; empty: those of Java
   */
  public record Tls(Verification verification, Optional<Path> authorities) {
    /** No TLS, or how much of the certificate is checked. */
    public enum Verification {
      OFF,
      NOTHING,
      AUTHORITY,
      AUTHORITY_AND_HOST
    }

    boolean isOn() {
      return verification != Verification.OFF;
    }
  }

  /** The same with other credentials, where they are not empty. */
  public RedisSettings with(Credentials own, Credentials sentinels) {
    return new RedisSettings(
        kind,
        servers,
        tls,
        merge(credentials, own),
        merge(sentinelCredentials, sentinels),
        timeout);
  }

  private static Credentials merge(Credentials before, Credentials after) {
    return new Credentials(
        after.username().isEmpty() ? before.username() : after.username(),
        after.password().isEmpty() ? before.password() : after.password());
  }

  /** For log lines: without a password. */
  @Override
  public String toString() {
    return switch (kind) {
      case Kind.Standalone _ -> "Redis at " + servers.getFirst();
      case Kind.Sentinel sentinel -> "Redis " + sentinel.master() + " of the sentinels " + servers;
      case Kind.Cluster _ -> "Redis Cluster at " + servers;
    };
  }
}
