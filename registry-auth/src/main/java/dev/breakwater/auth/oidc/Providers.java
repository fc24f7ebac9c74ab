package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.outbound.Trust;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * What providers say of themselves, and their keys. Both are kept for a while. Keys are fetched
 * again when none of them has signed a token, but at most once in {@link #REFETCH}: tokens that
 * anybody makes up must not become requests.
 */
final class Providers {
  static final Duration KEPT = Duration.ofMinutes(10);
  static final Duration REFETCH = Duration.ofSeconds(10);

  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private final ProviderHttp http;
  private final Ticker ticker;
  private final Cache<Place, Mono<Provider>> providers;
  private final Cache<Keys, Mono<Fetched>> keys;

  Providers(OutboundHttp http, Ticker ticker) {
    this.http = new ProviderHttp(http);
    this.ticker = ticker;
    this.providers = cache(ticker);
    this.keys = cache(ticker);
  }

  private static <K, V> Cache<K, Mono<V>> cache(Ticker ticker) {
    return Caffeine.newBuilder().ticker(ticker).maximumSize(16).expireAfterWrite(KEPT).build();
  }

  /** Whoever asks at the same time shares the answer; a failure is not kept. */
  private static <V> Mono<V> kept(Mono<V> answer) {
    return answer.cache(_ -> FOREVER, _ -> Duration.ZERO, () -> Duration.ZERO);
  }

  ProviderHttp http() {
    return http;
  }

  /** The provider whose issuer this is, to the letter. */
  Mono<Provider> provider(String issuer, Trust trust) {
    if (issuer.isBlank()) {
      return Mono.error(
          new RegistryException(
              ErrorCode.BAD_REQUEST, "no OpenID provider is set up: oidc_endpoint is empty"));
    }
    return Mono.defer(
        () -> providers.get(new Place(issuer, trust), _ -> kept(discover(issuer, trust))));
  }

  /** The same asked anew. */
  Mono<Provider> discover(String issuer, Trust trust) {
    return Mono.fromCallable(() -> wellKnown(issuer))
        .flatMap(uri -> http.get(uri, trust))
        .map(response -> read(issuer, response));
  }

  private static URI wellKnown(String issuer) {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    try {
      return new URI(base + "/.well-known/openid-configuration");
    } catch (URISyntaxException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "'" + Printable.shorten(issuer) + "' is no URL", e);
    }
  }

  private static Provider read(String issuer, OutboundResponse response) {
    if (response.status() != 200) {
      throw unusable(issuer, "answers with status " + response.status());
    }
    try {
      OIDCProviderMetadata metadata =
          OIDCProviderMetadata.parse(new String(response.body(), UTF_8));
      String own = metadata.getIssuer().getValue();
      if (!own.equals(issuer)) {
        throw unusable(
            issuer,
            "says that its issuer is '"
                + Printable.shorten(own)
                + "': oidc_endpoint must be that, to the letter");
      }
      return Provider.of(metadata);
    } catch (ParseException e) {
      throw unusable(issuer, "answers something that is no OpenID configuration");
    }
  }

  /** The provider's keys, fetched again if they were not since then and one is missing. */
  Mono<JWKSet> keys(Provider provider, Trust trust, boolean oneIsMissing) {
    return Mono.defer(() -> {
      Keys place = new Keys(provider.keys(), trust);
      Mono<Fetched> known = keys.get(place, _ -> kept(fetch(provider, trust)));
      return known.flatMap(fetched -> {
        boolean stale = ticker.read() - fetched.at() >= REFETCH.toNanos();
        if (!oneIsMissing || !stale) {
          return Mono.just(fetched.keys());
        }
        keys.asMap().remove(place, known);
        return keys.get(place, _ -> kept(fetch(provider, trust))).map(Fetched::keys);
      });
    });
  }

  private Mono<Fetched> fetch(Provider provider, Trust trust) {
    return http.get(provider.keys(), trust)
        .map(response -> {
          try {
            if (response.status() == 200) {
              return new Fetched(JWKSet.parse(new String(response.body(), UTF_8)), ticker.read());
            }
          } catch (java.text.ParseException e) {
            throw unusable(provider.issuer(), "answers something that is no set of keys");
          }
          throw unusable(provider.issuer(), "does not give its keys: " + response.status());
        });
  }

  private static RegistryException unusable(String issuer, String reason) {
    return new RegistryException(
        ErrorCode.UNAVAILABLE, "the OpenID provider '" + Printable.shorten(issuer) + "' " + reason);
  }

  private record Place(String issuer, Trust trust) {}

  private record Keys(URI uri, Trust trust) {}

  private record Fetched(JWKSet keys, long at) {}
}
