package dev.breakwater.auth.authproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.auth.login.ExternalLogin;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.group.OnboardUser;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.OutboundRequest;
import dev.breakwater.core.outbound.OutboundResponse;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Log-in by an authentication proxy, as Harbor speaks to it. A password goes to its endpoint as
 * Basic authentication; the session that it answers is reviewed (a Kubernetes {@code TokenReview})
 * for the user's groups. Clients that have a token already log in as {@code tokenreview$<user>}
 * with the token as the password: only the review is asked then.
 */
public final class ProxyLogin implements ExternalLogin {
  private static final String TOKEN_USER = "tokenreview$";
  private static final int MAX_LENGTH = 255;

  private final ConfigurationSource configuration;
  private final OutboundHttp http;
  private final OnboardUser onboarding;

  public ProxyLogin(ConfigurationSource configuration, OutboundHttp http, OnboardUser onboarding) {
    this.configuration = configuration;
    this.http = http;
    this.onboarding = onboarding;
  }

  @Override
  public Mono<User> login(String username, String password) {
    if (username.isBlank() || username.length() > MAX_LENGTH || password.isEmpty()) {
      return Mono.empty();
    }
    return settings()
        .flatMap(settings ->
            username.startsWith(TOKEN_USER)
                ? review(settings, password)
                    .filter(known -> known.name().equals(username.substring(TOKEN_USER.length())))
                    .flatMap(known -> onboard(settings, known))
                : check(settings, username, password))
        .onErrorResume(ProxyLogin::isTaken, _ -> Mono.empty());
  }

  /** The user whose token this is; empty if the proxy does not know it. */
  public Mono<User> loginByToken(String token) {
    return settings()
        .flatMap(settings -> review(settings, token).flatMap(known -> onboard(settings, known)));
  }

  /**
   * The row of a name that nobody can be asked for, made now if there is none; empty unless the
   * settings allow that ({@code http_authproxy_skip_search}).
   */
  public Mono<User> onboard(String username) {
    return settings()
        .filter(ProxySettings::skipSearch)
        .flatMap(settings -> onboard(settings, new Known(username, List.of())));
  }

  private Mono<ProxySettings> settings() {
    return configuration.current().filter(ProxySettings::isOn).map(ProxySettings::of);
  }

  private Mono<User> check(ProxySettings settings, String username, String password) {
    String pair = username + ":" + password;
    String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    return Mono.fromCallable(() ->
            OutboundRequest.post(
                    settings.login(),
                    "application/x-www-form-urlencoded",
                    new byte[0],
                    settings.trust())
                .withHeader("Authorization", basic))
        .flatMap(http::send)
        .flatMap(answer -> session(answer))
        .flatMap(session -> review(settings, username, session))
        .flatMap(known -> onboard(settings, known));
  }

  /** Empty if the proxy refuses; a session of no token if it tells none. */
  private static Mono<Optional<String>> session(OutboundResponse answer) {
    return switch (answer.status()) {
      case 200 -> Mono.just(parse(answer).flatMap(json -> json.get("session_id").text()));
      case 401, 403 -> Mono.empty();
      default -> Mono.error(unavailable("answers with status " + answer.status()));
    };
  }

  private Mono<Known> review(ProxySettings settings, String username, Optional<String> session) {
    boolean reviewed = session.isPresent() && !settings.reviewEndpoint().isEmpty();
    return reviewed
        ? review(settings, session.get())
            .map(known -> new Known(username, known.groups()))
            .defaultIfEmpty(new Known(username, List.of()))
        : Mono.just(new Known(username, List.of()));
  }

  /** Whose token it is and their groups; empty if the proxy does not know it. */
  private Mono<Known> review(ProxySettings settings, String token) {
    byte[] body =
        Json.write(
            Map.of(
                "apiVersion", "authentication.k8s.io/v1beta1",
                "kind", "TokenReview",
                "spec", Map.of("token", token)));
    return Mono.fromCallable(() ->
            OutboundRequest.post(settings.review(), "application/json", body, settings.trust())
                .withHeader("Accept", "application/json")
                .withHeader("Authorization", "Bearer " + token))
        .flatMap(http::send)
        .flatMap(ProxyLogin::reviewed);
  }

  private static Mono<Known> reviewed(OutboundResponse answer) {
    if (answer.status() == 401 || answer.status() == 403) {
      return Mono.empty();
    }
    if (answer.status() != 200 && answer.status() != 201) {
      return Mono.error(unavailable("answers a review with status " + answer.status()));
    }
    JsonValue status =
        parse(answer)
            .orElseThrow(() -> unavailable("answers a review with something that is no JSON"))
            .get("status");
    JsonValue user = status.get("user");
    boolean authenticated =
        status.get("authenticated").bool().orElse(false)
            && status.get("error").text().map(String::isEmpty).orElse(true);
    return Mono.justOrEmpty(user.get("username").text())
        .filter(name -> authenticated && !name.isBlank())
        .map(name ->
            new Known(
                name,
                user.get("groups").elements().stream()
                    .flatMap(group -> group.text().stream())
                    .filter(NewGroup::isName)
                    .toList()));
  }

  private static Optional<JsonValue> parse(OutboundResponse answer) {
    try {
      return Optional.of(Json.parse(answer.body()));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private Mono<User> onboard(ProxySettings settings, Known known) {
    boolean administers =
        settings.adminUsernames().contains(known.name())
            || known.groups().stream().anyMatch(settings.adminGroups()::contains);
    return onboarding.onboard(
        new ExternalIdentity(
            UserSource.HTTP_AUTH,
            known.name(),
            null,
            known.name(),
            "By Authproxy",
            known.groups().stream()
                .map(group -> NewGroup.named(GroupKind.HTTP_AUTH, group))
                .toList(),
            administers));
  }

  private static boolean isTaken(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.CONFLICT;
  }

  private static RegistryException unavailable(String reason) {
    return new RegistryException(ErrorCode.UNAVAILABLE, "the authentication proxy " + reason);
  }

  private record Known(String name, List<String> groups) {}
}
