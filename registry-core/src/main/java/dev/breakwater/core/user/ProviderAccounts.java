package dev.breakwater.core.user;

import dev.breakwater.core.transaction.Tx;
import reactor.core.publisher.Mono;

/** What the OpenID provider's users have besides their row. */
public interface ProviderAccounts {
  /** There is no provider. */
  ProviderAccounts NONE =
      new ProviderAccounts() {
        @Override
        public Mono<ProviderAccount> find(long userId) {
          return Mono.empty();
        }

        @Override
        public Mono<Boolean> changeSecret(Tx tx, long userId, String secret) {
          return Mono.just(false);
        }
      };

  /** Empty if the user is none of the provider's. */
  Mono<ProviderAccount> find(long userId);

  /** Replaces the CLI secret; false if the user is none of the provider's. */
  Mono<Boolean> changeSecret(Tx tx, long userId, String secret);

  /**
   * @param subjectAndIssuer who they are there
   * @param cliSecret in clear; for the user alone
   */
  record ProviderAccount(String subjectAndIssuer, String cliSecret) {
    /** Without the secret: this may end up in a log. */
    @Override
    public String toString() {
      return "ProviderAccount[" + subjectAndIssuer + "]";
    }
  }
}
