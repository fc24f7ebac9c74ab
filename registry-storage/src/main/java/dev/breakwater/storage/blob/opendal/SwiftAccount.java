package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.storage.blob.opendal.CloudException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;

/**
 * Logs in at OpenStack, and again before the token runs out or when it is refused. Keystone
 * (Identity API 3, "password authentication with scoped authorization") and TempAuth (Swift's "auth
 * v1") are known.
 */
final class SwiftAccount {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A token is not used so shortly before its end. */
  private static final Duration MARGIN = Duration.ofMinutes(2);

  private final SwiftLogin login;
  private final HttpClient client;
  private final Clock clock;
  private final AtomicReference<String> refused = new AtomicReference<>("");
  private final Mono<SwiftSession> session;

  SwiftAccount(SwiftLogin login, HttpClient client, Clock clock) {
    this.login = login;
    this.client = client;
    this.clock = clock;
    this.session = Mono.defer(this::logIn).cacheInvalidateIf(this::isStale);
  }

  SwiftLogin login() {
    return login;
  }

  /** One that is good now. */
  Mono<SwiftSession> session() {
    return session;
  }

  /** The latest session was refused: log in anew. */
  Mono<SwiftSession> renew() {
    return session.doOnNext(this::refuse).then(session);
  }

  /** This session was refused: whoever asks for one from now on gets another. */
  void refuse(SwiftSession stale) {
    refused.set(stale.token());
  }

  private boolean isStale(SwiftSession it) {
    return it.token().equals(refused.get()) || !clock.instant().isBefore(it.until().minus(MARGIN));
  }

  private Mono<SwiftSession> logIn() {
    HttpRequest request = login.isKeystone() ? keystone() : tempAuth();
    return Mono.fromFuture(() -> client.sendAsync(request, BodyHandlers.ofByteArray()), true)
        .flatMap(answer -> Mono.fromCallable(() -> session(answer)));
  }

  private HttpRequest tempAuth() {
    return HttpRequest.newBuilder(login.authUrl())
        .timeout(PATIENCE)
        .header("X-Auth-User", login.username())
        .header("X-Auth-Key", login.password())
        .build();
  }

  private HttpRequest keystone() {
    Map<String, Object> domain = Map.of("name", login.domain());
    Map<String, Object> auth = new LinkedHashMap<>();
    auth.put(
        "identity",
        Map.of(
            "methods",
            List.of("password"),
            "password",
            Map.of(
                "user",
                Map.of("name", login.username(), "domain", domain, "password", login.password()))));
    login
        .tenant()
        .ifPresent(tenant ->
            auth.put("scope", Map.of("project", Map.of("name", tenant, "domain", domain))));
    return HttpRequest.newBuilder(URI.create(login.authUrl() + "/auth/tokens"))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(Json.write(Map.of("auth", auth))))
        .build();
  }

  private SwiftSession session(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw new CloudException(
          answer.statusCode() / 100 == 5 ? Kind.PASSING : Kind.DENIED,
          login.authUrl()
              + " answered the log-in of "
              + login.username()
              + " with "
              + answer.statusCode());
    }
    return login.isKeystone() ? keystoneSession(answer) : tempAuthSession(answer);
  }

  private SwiftSession tempAuthSession(HttpResponse<byte[]> answer) throws IOException {
    long seconds = answer.headers().firstValueAsLong("X-Auth-Token-Expires").orElse(3600);
    return new SwiftSession(
        storageUrl(header(answer, "X-Storage-Url")),
        header(answer, "X-Auth-Token"),
        clock.instant().plusSeconds(seconds));
  }

  private SwiftSession keystoneSession(HttpResponse<byte[]> answer) throws IOException {
    try {
      JsonValue token = Json.parse(answer.body()).get("token");
      return new SwiftSession(
          storageUrl(address(token).orElseThrow(() -> unusable("names no object-store for us"))),
          header(answer, "X-Subject-Token"),
          Instant.parse(token.get("expires_at").text().orElse("")));
    } catch (JsonException | DateTimeException e) {
      throw unusable("answered with something else than a token");
    }
  }

  private Optional<String> address(JsonValue token) {
    return token.get("catalog").elements().stream()
        .filter(service -> service.get("type").text().equals(Optional.of("object-store")))
        .flatMap(service -> service.get("endpoints").elements().stream())
        .filter(it -> it.get("interface").text().equals(Optional.of(login.endpointType())))
        .filter(it -> login.region().isEmpty() || it.get("region").text().equals(login.region()))
        .flatMap(it -> it.get("url").text().stream())
        .findFirst();
  }

  private String header(HttpResponse<byte[]> answer, String name) throws IOException {
    return answer.headers().firstValue(name).orElseThrow(() -> unusable("sent no " + name));
  }

  private static URI storageUrl(String text) {
    return URI.create(text.replaceAll("/+$", ""));
  }

  private CloudException unusable(String what) {
    return new CloudException(Kind.REFUSED, Objects.toString(login.authUrl()) + " " + what);
  }
}
