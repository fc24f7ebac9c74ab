package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.IdentityRules;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.token.InMemorySigningKeyRepository;
import dev.breakwater.core.token.InMemoryTokenRootRepository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Our tokens before real registries of another maker, which hold nothing but the root. */
class StockRegistryTest {
  @TempDir private Path folder = Path.of("");

  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.shutdownNow();
    pool.close();
  }

  @ParameterizedTest
  @CsvSource({
    "docker-registry,ES256",
    "docker-registry,RS256",
    "distribution,ES256",
    "distribution,RS256"
  })
  void acceptsTokensOfEveryKeyThatComesLater(String program, TokenAlgorithm algorithm)
      throws Exception {
    TokenSettings settings =
        new TokenSettings(algorithm, Duration.ofMinutes(5), "breakwater", "registry.example");
    Clock clock = Clock.systemUTC();
    TokenKeys keys =
        new TokenKeys(
            new InMemorySigningKeyRepository(),
            new InMemoryTokenRootRepository(),
            SecretBox.withKey("a secret key for tests, long enough"),
            pool,
            settings,
            clock);
    keys.open(Optional.empty()).block();
    TokenService tokens =
        new TokenService(
            keys,
            new TokenVerifier(keys, pool, settings, clock),
            new Authorizer(
                new InMemoryProjectRepository(),
                new InMemoryRoleRepository(),
                () -> Mono.just(true)),
            pool,
            settings,
            Mono.just(IdentityRules.DEFAULT),
            clock);

    try (StockRegistry registry =
        StockRegistry.start(program, folder, TokenFixture.get(keys.rootCertificate()))) {
      String before = token(tokens);
      assertThat(status(registry, "/v2/", before)).isEqualTo(200);
      assertThat(status(registry, "/v2/team/app/tags/list", before)).isEqualTo(404);

      keys.rotate().block();
      String after = token(tokens);
      assertThat(status(registry, "/v2/", after)).isEqualTo(200);
      assertThat(status(registry, "/v2/team/app/tags/list", after)).isEqualTo(404);
      assertThat(status(registry, "/v2/", before)).isEqualTo(200);

      assertThat(status(registry, "/v2/team/other/tags/list", after)).isEqualTo(401);
      assertThat(status(registry, "/v2/", tampered(after))).isEqualTo(401);
    }
  }

  private static String token(TokenService tokens) {
    List<String> scopes = List.of("repository:team/app:pull,push");
    return TokenFixture.get(tokens.issue(TokenFixture.ADMIN, Optional.empty(), scopes)).token();
  }

  private static String tampered(String token) {
    int claims = token.indexOf('.') + 10;
    char other = token.charAt(claims) == 'A' ? 'B' : 'A';
    return token.substring(0, claims) + other + token.substring(claims + 1);
  }

  private int status(StockRegistry registry, String path, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(30))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
