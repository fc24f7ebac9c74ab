package dev.breakwater.storage.sql;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Where the database is and how to get in. */
public record DatabaseSettings(
    Server server, String database, String username, String password, PoolSettings pool) {
  private static final int DEFAULT_PORT = 5432;
  private static final int MAX_PORT = 65_535;

  /** A PostgreSQL server's address. */
  public sealed interface Server {
    /** On this machine, behind a socket file. */
    record UnixSocket(String path) implements Server {}

    /**
     * @param rootCertificate a PEM file with whom to trust; the system's when empty
     */
    record Tcp(String host, int port, TlsMode tls, Optional<String> rootCertificate)
        implements Server {}
  }

  /** As libpq's {@code sslmode}. */
  public enum TlsMode {
    DISABLE,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL
  }

  public static DatabaseSettings unixSocket(
      String path, String database, String username, String password) {
    return new DatabaseSettings(
        new Server.UnixSocket(path), database, username, password, PoolSettings.DEFAULT);
  }

  /** Without TLS. */
  public static DatabaseSettings tcp(
      String host, int port, String database, String username, String password) {
    return new DatabaseSettings(
        new Server.Tcp(host, port, TlsMode.DISABLE, Optional.empty()),
        database,
        username,
        password,
        PoolSettings.DEFAULT);
  }

  /**
   * Reads {@code
   * postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?sslmode=MODE&sslrootcert=FILE]} as libpq
   * does; {@code postgres:}, {@code jdbc:postgresql:} and {@code r2dbc:postgresql:} mean the same.
   * {@code sslmode} is prefer unless it is given.
   *
   * @param username wins over the one in the URL unless empty
   * @param password wins over the one in the URL unless empty
   * @throws IllegalArgumentException with one sentence about what is wrong; it never quotes the
   *     password
   */
  public static DatabaseSettings parse(String url, String username, String password) {
    URI uri = uri(url);
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    if (uri.getHost() == null || path.length() < 2 || path.indexOf('/', 1) > 0) {
      throw invalid("needs a host and a database");
    }
    String[] user = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
    String name = username.isEmpty() ? decode(user[0]) : username;
    if (name.isEmpty()) {
      throw invalid("names no user; set database.username");
    }
    return new DatabaseSettings(
        server(uri),
        path.substring(1),
        name,
        password.isEmpty() && user.length == 2 ? decode(user[1]) : password,
        PoolSettings.DEFAULT);
  }

  public DatabaseSettings withDatabase(String name) {
    return new DatabaseSettings(server, name, username, password, pool);
  }

  public DatabaseSettings withPool(PoolSettings other) {
    return new DatabaseSettings(server, database, username, password, other);
  }

  public DatabaseSettings withPoolSize(int connections) {
    return withPool(pool.withSize(connections));
  }

  /**
   * @param file a PEM file with whom to trust; wins over the one in the URL
   */
  public DatabaseSettings withRootCertificate(String file) {
    return switch (server) {
      case Server.UnixSocket _ -> this;
      case Server.Tcp tcp ->
          new DatabaseSettings(
              new Server.Tcp(tcp.host(), tcp.port(), tcp.tls(), Optional.of(file)),
              database,
              username,
              password,
              pool);
    };
  }

  /** For log lines: without the password. */
  @Override
  public String toString() {
    return switch (server) {
      case Server.UnixSocket(String path) -> username + "@" + path + "/" + database;
      case Server.Tcp tcp -> username + "@" + tcp.host() + ":" + tcp.port() + "/" + database;
    };
  }

  private static URI uri(String url) {
    String text = url.replaceFirst("^(jdbc|r2dbc):", "");
    if (!text.startsWith("postgresql://") && !text.startsWith("postgres://")) {
      throw invalid("begins with another scheme");
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw invalid("is malformed at character " + e.getIndex());
    }
  }

  private static Server server(URI uri) {
    TlsMode mode = TlsMode.PREFER;
    Optional<String> rootCertificate = Optional.empty();
    String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      String value = pair.length == 2 ? decode(pair[1]) : "";
      switch (pair[0]) {
        case "sslmode" -> mode = tlsMode(value);
        case "sslrootcert" -> rootCertificate = Optional.of(value);
        default ->
            throw invalid(
                "has the unknown parameter '" + pair[0] + "'; known: sslmode, sslrootcert");
      }
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    if (port > MAX_PORT) {
      throw invalid("has the port " + port + ", the greatest is " + MAX_PORT);
    }
    return new Server.Tcp(uri.getHost(), port, mode, rootCertificate);
  }

  private static TlsMode tlsMode(String value) {
    for (TlsMode mode : TlsMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(value)) {
        return mode;
      }
    }
    throw invalid(
        "has the unknown sslmode '"
            + value
            + "'; known: disable, prefer, require, verify-ca, verify-full");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException(
        "database.url "
            + what
            + ". Expected postgresql://HOST[:PORT]/DATABASE[?sslmode=MODE&sslrootcert=FILE]");
  }
}
