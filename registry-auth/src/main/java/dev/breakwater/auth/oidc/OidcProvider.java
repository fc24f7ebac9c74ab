package dev.breakwater.auth.oidc;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.outbound.OutboundHttp;
import reactor.core.publisher.Mono;

/** The provider that the settings name, and what it is asked for. */
public final class OidcProvider {
  private final Providers providers;
  private final IdTokens idTokens;
  private final ProviderCalls calls;

  /**
   * @param pool checks signatures
   */
  public OidcProvider(OutboundHttp http, CryptoPool pool) {
    this(http, pool, Ticker.systemTicker());
  }

  OidcProvider(OutboundHttp http, CryptoPool pool, Ticker ticker) {
    this.providers = new Providers(http, ticker);
    this.idTokens = new IdTokens(providers, pool);
    this.calls = new ProviderCalls(providers, idTokens);
  }

  Mono<Provider> of(OidcSettings settings) {
    return providers.provider(settings.issuer(), settings.trust());
  }

  IdTokens idTokens() {
    return idTokens;
  }

  ProviderCalls calls() {
    return calls;
  }

  Providers providers() {
    return providers;
  }
}
