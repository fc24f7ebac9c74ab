package dev.breakwater.http.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.Trust;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import javax.net.ssl.SSLException;

/** TLS for each kind of trust, made once: an engine for each request would cost too much. */
final class OutboundTls {
  private final Cache<Trust, SslContext> contexts = Caffeine.newBuilder().maximumSize(64).build();

  SslContext of(Trust trust) {
    return contexts.get(trust, OutboundTls::create);
  }

  private static SslContext create(Trust trust) {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
    try {
      if (!trust.verify()) {
        builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null);
      } else if (!trust.authorities().isBlank()) {
        builder.trustManager(new ByteArrayInputStream(trust.authorities().getBytes(US_ASCII)));
      }
      return builder.build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the certificate to be trusted is not PEM", e);
    }
  }
}
