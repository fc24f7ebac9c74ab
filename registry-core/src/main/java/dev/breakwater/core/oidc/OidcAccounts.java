package dev.breakwater.core.oidc;

import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.ProviderAccounts;
import reactor.core.publisher.Mono;

/** The provider's users as their own page shows them. */
public final class OidcAccounts implements ProviderAccounts {
  private final OidcUsers users;

  public OidcAccounts(OidcUsers users) {
    this.users = users;
  }

  @Override
  public Mono<ProviderAccount> find(long userId) {
    return users
        .find(userId)
        .map(user -> new ProviderAccount(user.subject() + user.issuer(), user.cliSecret()));
  }

  @Override
  public Mono<Boolean> changeSecret(Tx tx, long userId, String secret) {
    return users.changeSecret(tx, userId, secret);
  }
}
