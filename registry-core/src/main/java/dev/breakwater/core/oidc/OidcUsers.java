package dev.breakwater.core.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.ProviderAccounts;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The provider's users, with their secrets opened. */
public final class OidcUsers implements ProviderAccounts {
  private final OidcUserRepository rows;
  private final SecretBox box;

  public OidcUsers(OidcUserRepository rows, SecretBox box) {
    this.rows = rows;
    this.box = box;
  }

  /** Empty if the user is none of the provider's. */
  public Mono<OidcUser> read(long userId) {
    return rows.find(userId).map(this::open);
  }

  public Mono<OidcUser> findBySubject(String issuer, String subject) {
    return rows.findBySubject(issuer, subject).map(this::open);
  }

  /** Writes a new one, in the transaction that makes the user. */
  public Mono<Void> create(
      Tx tx,
      long userId,
      String issuer,
      String subject,
      String cliSecret,
      ProviderTokens tokens,
      Instant expireAt) {
    return Mono.defer(() ->
        rows.create(
            tx,
            new OidcUserRow(
                userId,
                issuer,
                subject,
                box.seal(cliSecret.getBytes(UTF_8), secretContext(userId)),
                Optional.of(box.seal(tokens.toJson(), tokenContext(userId))),
                expireAt,
                Instant.EPOCH)));
  }

  /** Keeps what the provider gave now. */
  public Mono<Void> keep(long userId, ProviderTokens tokens, Instant expireAt) {
    return Mono.defer(() ->
        rows.replaceTokens(
            userId, Optional.of(box.seal(tokens.toJson(), tokenContext(userId))), expireAt));
  }

  /** Ends the secret until the next log-in by browser. */
  public Mono<Void> forgetTokens(long userId) {
    return rows.replaceTokens(userId, Optional.empty(), Instant.EPOCH);
  }

  @Override
  public Mono<ProviderAccount> find(long userId) {
    return read(userId)
        .map(user -> new ProviderAccount(user.subject() + user.issuer(), user.cliSecret()));
  }

  @Override
  public Mono<Boolean> changeSecret(Tx tx, long userId, String cliSecret) {
    return Mono.defer(() ->
        rows.replaceSecret(tx, userId, box.seal(cliSecret.getBytes(UTF_8), secretContext(userId))));
  }

  private OidcUser open(OidcUserRow row) {
    return new OidcUser(
        row.userId(),
        row.issuer(),
        row.subject(),
        new String(box.open(row.sealedSecret(), secretContext(row.userId())), UTF_8),
        row.sealedTokens()
            .map(sealed -> ProviderTokens.parse(box.open(sealed, tokenContext(row.userId())))),
        row.tokensExpireAt(),
        row.updatedAt());
  }

  private static String secretContext(long userId) {
    return "oidc-secret:" + userId;
  }

  private static String tokenContext(long userId) {
    return "oidc-tokens:" + userId;
  }
}
