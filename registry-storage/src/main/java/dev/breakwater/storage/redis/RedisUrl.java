package dev.breakwater.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.redis.RedisSettings.Credentials;
import dev.breakwater.storage.redis.RedisSettings.Kind;
import dev.breakwater.storage.redis.RedisSettings.Server;
import dev.breakwater.storage.redis.RedisSettings.Tls;
import dev.breakwater.storage.redis.RedisSettings.Tls.Verification;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of {@code redis.url}:
 *
 * <pre>
 * redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
 * redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT],.../MASTER[/DATABASE]     as Harbor writes it
 * redis-sentinel://[[USER]:PASSWORD@]HOST[:PORT],...[/DATABASE]#MASTER     as Lettuce writes it
 * redis-cluster://[[USER]:PASSWORD@]HOST[:PORT],...
 * </pre>
 *
 * <p>With {@code rediss} in place of {@code redis}: TLS. Parameters: {@code verifyPeer} (FULL, CA,
 * NONE) and, for Harbor's sake, {@code idle_timeout_seconds}, which means nothing here.
 */
public final class RedisUrl {
  private static final Pattern URL =
      Pattern.compile(
          "(?<tls>rediss?)(?<kind>|[+-]sentinel|[+-]cluster)://"
              + "((?<user>[^@/?#]*)@)?(?<hosts>[^/?#@]+)(?<path>/[^?#]*)?"
              + "(\\?(?<query>[^#]*))?(#(?<fragment>.*))?");

  private static final Pattern HOST =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(:(?<port>\\d{1,5}))?");

  private static final int REDIS_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;
  private static final int MAX_PORT = 65_535;

  private RedisUrl() {}

  /**
   * Understands it.
   *
   * @param authorities a PEM file with whom to trust; empty: those of Java
   * @param timeout how long an answer may take
   * @throws IllegalArgumentException with what is wrong, to follow the setting's name; it never
   *     quotes the password
   */
  public static RedisSettings parse(String url, Optional<Path> authorities, Duration timeout) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw invalid("is malformed or begins with an unknown scheme");
    }
    Optional<Verification> asked = verification(text(parts, "query"));
    boolean tls = parts.group("tls").equals("rediss");
    if (!tls && asked.isPresent()) {
      throw invalid("has verifyPeer, but no TLS; begin it with rediss");
    }
    String kind = parts.group("kind").isEmpty() ? "" : parts.group("kind").substring(1);
    Credentials credentials = credentials(text(parts, "user"));
    List<Server> servers =
        servers(parts.group("hosts"), kind.equals("sentinel") ? SENTINEL_PORT : REDIS_PORT);
    return new RedisSettings(
        kind(kind, servers, text(parts, "path"), text(parts, "fragment")),
        servers,
        new Tls(
            tls ? asked.orElse(Verification.AUTHORITY_AND_HOST) : Verification.OFF, authorities),
        credentials,
        Credentials.NONE,
        timeout);
  }

  private static String text(Matcher parts, String group) {
    return Optional.ofNullable(parts.group(group)).orElse("");
  }

  private static Kind kind(String kind, List<Server> servers, String path, String fragment) {
    List<String> segments =
        Pattern.compile("/").splitAsStream(path).filter(part -> !part.isEmpty()).toList();
    return switch (kind) {
      case "sentinel" -> sentinel(segments, decode(fragment));
      case "cluster" -> {
        if (!segments.isEmpty() && !segments.equals(List.of("0"))) {
          throw invalid("names a database, but Redis Cluster has only one");
        }
        yield new Kind.Cluster();
      }
      default -> {
        if (servers.size() > 1) {
          throw invalid("names several hosts; that needs redis+sentinel or redis-cluster");
        }
        if (segments.size() > 1) {
          throw invalid("has more after the host than a database");
        }
        yield new Kind.Standalone(segments.isEmpty() ? 0 : database(segments.getFirst()));
      }
    };
  }

  private static Kind sentinel(List<String> segments, String fragment) {
    if (!fragment.isEmpty() && segments.size() <= 1) {
      return new Kind.Sentinel(fragment, segments.isEmpty() ? 0 : database(segments.getFirst()));
    }
    if (fragment.isEmpty() && (segments.size() == 1 || segments.size() == 2)) {
      return new Kind.Sentinel(
          decode(segments.getFirst()), segments.size() == 1 ? 0 : database(segments.get(1)));
    }
    throw invalid("must name the master: redis+sentinel://HOST,HOST/MASTER[/DATABASE]");
  }

  private static int database(String text) {
    if (!text.matches("\\d{1,5}")) {
      throw invalid("has the database '" + text + "', which is not a number");
    }
    return Integer.parseInt(text);
  }

  private static List<Server> servers(String hosts, int defaultPort) {
    List<Server> servers = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      Matcher matcher = HOST.matcher(host.strip());
      if (!matcher.matches()) {
        throw invalid("has the host '" + host + "'");
      }
      int port =
          matcher.group("port") == null ? defaultPort : Integer.parseInt(matcher.group("port"));
      if (port == 0 || port > MAX_PORT) {
        throw invalid("has the port " + port);
      }
      servers.add(new Server(matcher.group("host").replaceAll("[\\[\\]]", ""), port));
    }
    return servers;
  }

  /** A password alone, as older clients wrote it, comes without a colon before it as well. */
  private static Credentials credentials(String user) {
    if (user.isEmpty()) {
      return Credentials.NONE;
    }
    int colon = user.indexOf(':');
    return colon < 0
        ? new Credentials("", decode(user))
        : new Credentials(decode(user.substring(0, colon)), decode(user.substring(colon + 1)));
  }

  private static Optional<Verification> verification(String query) {
    Optional<Verification> found = Optional.empty();
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      switch (pair[0]) {
        case "verifyPeer" -> found = Optional.of(verificationOf(pair.length == 2 ? pair[1] : ""));
        case "idle_timeout_seconds" -> {}
        default -> throw invalid("has the unknown parameter '" + pair[0] + "'");
      }
    }
    return found;
  }

  private static Verification verificationOf(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "FULL" -> Verification.AUTHORITY_AND_HOST;
      case "CA" -> Verification.AUTHORITY;
      case "NONE" -> Verification.NOTHING;
      default -> throw invalid("has verifyPeer '" + text + "'; known: FULL, CA, NONE");
    };
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("has a % that begins no escape such as %40");
    }
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException(
        what
            + ". Expected redis://HOST:PORT/DATABASE, redis+sentinel://HOST:PORT,.../MASTER or"
            + " redis-cluster://HOST:PORT,...; rediss for TLS");
  }
}
