package dev.breakwater.auth.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.Trust;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The public keys of other issuers, by discovery (OpenID Connect Discovery 1.0) and JWKS.
 *
 * <p>They are kept for {@link #KEPT}. A key id that is not among them means that the issuer has
 * rotated its keys: they are read again, but not more often than every {@link #PAUSE}, so that
 * made-up ids cannot make us ask the issuer again and again. Readings at the same time are one.
 * While an issuer cannot be read, nothing is believed of it beyond what is still kept; a failed
 * reading, too, is repeated after the pause only.
 *
 * <p>Keys are kept by the issuer whose own document named them: no issuer can bring keys for
 * another.
 */
final class IssuerKeys {
  static final Duration KEPT = Duration.ofHours(1);
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
  private static final int MAX_ISSUERS = 1000;
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final OutboundHttp http;
  private final Clock clock;
  private final Cache<String, Loaded> loaded =
      Caffeine.newBuilder().maximumSize(MAX_ISSUERS).build();
  private final Map<String, Mono<Loaded>> loading = new ConcurrentHashMap<>();

  IssuerKeys(OutboundHttp http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  /** The keys with this id, or all if the token names none. An error if they cannot be known. */
  Mono<List<JWK>> find(String issuer, @Nullable String id) {
    return Mono.defer(() -> {
      Loaded known = loaded.getIfPresent(issuer);
      if (known == null) {
        return load(issuer).flatMap(fresh -> fresh.select(id));
      }
      Instant now = clock.instant();
      boolean young = now.isBefore(known.at().plus(PAUSE));
      boolean enough = known.has(id) && now.isBefore(known.at().plus(KEPT));
      return young || enough ? known.select(id) : load(issuer).flatMap(fresh -> fresh.select(id));
    });
  }

  private Mono<Loaded> load(String issuer) {
    return loading.computeIfAbsent(
        issuer, key -> read(key).doFinally(_ -> loading.remove(key)).cache());
  }

  private Mono<Loaded> read(String issuer) {
    return Mono.defer(() -> get(discovery(issuer)))
        .map(document -> keysOf(issuer, document))
        .flatMap(this::get)
        .map(this::parse)
        .onErrorResume(Exception.class, error -> Mono.just(failed(issuer, error)))
        .doOnNext(fresh -> loaded.put(issuer, fresh));
  }

  private Loaded failed(String issuer, Exception error) {
    log.warn("the keys of {} cannot be read: {}", Printable.shorten(issuer), error.getMessage());
    return new Loaded(clock.instant(), List.of(), true);
  }

  private static URI discovery(String issuer) {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return requireHttps(base + DISCOVERY);
  }

  private static URI keysOf(String issuer, String document) {
    JsonValue json = Json.parse(document.getBytes(UTF_8));
    if (!json.get("issuer").text().equals(Optional.of(issuer))) {
      throw unavailable("its discovery document is another issuer's");
    }
    return requireHttps(
        json.get("jwks_uri").text().orElseThrow(() -> unavailable("it names no jwks_uri")));
  }

  private static URI requireHttps(String text) {
    URI uri = URI.create(text);
    if (!"https".equals(uri.getScheme())) {
      throw unavailable("its keys are not behind https");
    }
    return uri;
  }

  private Mono<String> get(URI uri) {
    return http.send(OutboundRequest.get(uri, Trust.PUBLIC))
        .map(response -> {
          if (response.status() != 200) {
            throw unavailable("it answers " + response.status());
          }
          return new String(response.body(), UTF_8);
        });
  }

  private Loaded parse(String jwks) {
    try {
      return new Loaded(clock.instant(), KeySets.parse(jwks), false);
    } catch (ParseException e) {
      throw unavailable("its keys are no JSON Web Key Set");
    }
  }

  private static RegistryException unavailable(String reason) {
    return new RegistryException(ErrorCode.UNAVAILABLE, reason);
  }

  /** Keys as they were read at some time. */
  private record Loaded(Instant at, List<JWK> keys, boolean failed) {
    boolean has(@Nullable String id) {
      return !select(keys, id).isEmpty();
    }

    Mono<List<JWK>> select(@Nullable String id) {
      return failed
          ? Mono.error(
              unavailable("the issuer of the token cannot be asked at the moment; try again"))
          : Mono.just(select(keys, id));
    }

    static List<JWK> select(List<JWK> keys, @Nullable String id) {
      return keys.stream().filter(key -> id == null || id.equals(key.getKeyID())).toList();
    }
  }
}
