package dev.breakwater.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.auth.oidc.OidcLogin.Finished;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.ExternalUserRepository;
import dev.breakwater.core.group.OnboardUser;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oidc.OidcUser;
import dev.breakwater.core.oidc.OidcUserRepository;
import dev.breakwater.core.oidc.OidcUsers;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.User;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Users of the provider get a row: at their first log-in, or when they have chosen a name. Until
 * then, what the provider said waits in a row of its own; the browser has its random number only.
 */
public final class OidcOnboarding {
  static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final String CONTEXT = "oidc-pending";
  private static final String FORBIDDEN = ",\"~#%$";
  private static final int MAX_LENGTH = 255;
  private static final int RANDOM_BYTES = 32;

  private final OnboardUser onboarding;
  private final ExternalUserRepository people;
  private final OidcUsers users;
  private final OidcUserRepository rows;
  private final Transactions transactions;
  private final SecretBox box;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public OidcOnboarding(
      OnboardUser onboarding,
      ExternalUserRepository people,
      OidcUsers users,
      OidcUserRepository rows,
      Transactions transactions,
      SecretBox box,
      Clock clock) {
    this.onboarding = onboarding;
    this.people = people;
    this.users = users;
    this.rows = rows;
    this.transactions = transactions;
    this.box = box;
    this.clock = clock;
  }

  /** What comes after the provider vouched for somebody. */
  Mono<Finished> welcome(Known known, boolean auto, String target) {
    OidcPerson person = known.person();
    return users
        .findBySubject(person.issuer(), person.subject())
        .flatMap(user -> again(user, known))
        .switchIfEmpty(
            Mono.defer(
                () -> auto ? create(known, automatic(person), _ -> Mono.empty()) : Mono.empty()))
        .<Finished>map(user -> new Finished.LoggedIn(user, target))
        .switchIfEmpty(Mono.defer(() -> askForName(known)));
  }

  /** The row of a known user, after it says what the provider says now. */
  Mono<User> again(OidcUser user, Known known) {
    return users
        .keep(user.userId(), known.tokens(), known.expiresAt())
        .then(Mono.defer(() -> refresh(user.userId(), known.person())));
  }

  /** The same without new tokens. */
  Mono<User> refresh(long userId, OidcPerson person) {
    return people
        .find(userId)
        .flatMap(row -> onboarding.refresh(row, person.identity(row.username())));
  }

  Mono<User> find(long userId) {
    return people.find(userId);
  }

  private static String automatic(OidcPerson person) {
    if (person.username().isEmpty()) {
      throw new RegistryException(
          ErrorCode.UNAUTHORIZED,
          "the OpenID provider gives no name for this user; check oidc_user_claim and oidc_scope");
    }
    return person.username();
  }

  private Mono<Finished> askForName(Known known) {
    byte[] id = new byte[RANDOM_BYTES];
    random.nextBytes(id);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("person", known.person().toJson());
    json.put("id_token", known.idToken());
    json.put("expires_at", known.expiresAt().getEpochSecond());
    known.refreshToken().ifPresent(token -> json.put("refresh_token", token));
    Instant now = clock.instant();
    return rows.keepPending(hash(id), box.seal(Json.write(json), CONTEXT), now.plus(PATIENCE), now)
        .thenReturn(
            new Finished.NameNeeded(
                known.person().username(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(id)));
  }

  /** Gives the person whose log-in waits the name that they chose. */
  Mono<User> onboard(String cookie, String username) {
    byte[] hash = hash(decode(cookie));
    return rows.findPending(hash, clock.instant())
        .switchIfEmpty(Mono.error(OidcOnboarding::nobody))
        .map(sealed -> known(Json.parse(box.open(sealed, CONTEXT))))
        .flatMap(known -> create(known, username, tx -> rows.removePending(tx, hash)));
  }

  private Mono<User> create(Known known, String username, Function<Tx, Mono<Void>> after) {
    requireName(username);
    OidcPerson person = known.person();
    ExternalIdentity identity = person.identity(username);
    return transactions
        .inTx(tx ->
            onboarding
                .create(tx, identity)
                .flatMap(user ->
                    users
                        .create(
                            tx,
                            user.id(),
                            person.issuer(),
                            person.subject(),
                            secret(),
                            known.tokens(),
                            known.expiresAt())
                        .then(Mono.defer(() -> after.apply(tx)))
                        .thenReturn(user)))
        .flatMap(user -> onboarding.refresh(user, identity));
  }

  private static void requireName(String username) {
    boolean fine =
        !username.isBlank()
            && username.length() <= MAX_LENGTH
            && username.equals(username.strip())
            && username
                .chars()
                .noneMatch(c -> Character.isISOControl(c) || FORBIDDEN.indexOf(c) >= 0);
    if (!fine) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "a user name has 1 to " + MAX_LENGTH + " characters, none of them " + FORBIDDEN);
    }
  }

  private static Known known(JsonValue json) {
    return new Known(
        OidcPerson.parse(json.get("person")),
        json.get("id_token").text().orElse(""),
        Instant.ofEpochSecond(json.get("expires_at").wholeNumber().orElse(0)),
        json.get("refresh_token").text());
  }

  private String secret() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decode(String cookie) {
    try {
      return Base64.getUrlDecoder().decode(cookie.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw nobody();
    }
  }

  private static byte[] hash(byte[] id) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(id);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime has no SHA-256", e);
    }
  }

  private static RegistryException nobody() {
    return new RegistryException(
        ErrorCode.BAD_REQUEST, "no log-in waits for a name in this browser; log in again");
  }
}
