package dev.breakwater.auth.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.user.InMemoryUserRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class FirstAdministratorTest {
  private final CryptoPool pool = new CryptoPool("crypto-test", 1);
  private final PasswordHasher hasher = new PasswordHasher(pool, 1000);
  private final InMemoryUserRepository users = new InMemoryUserRepository();
  private final FirstAdministrator administrator = new FirstAdministrator(users, hasher);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void makesASystemAdministratorOnce() {
    StepVerifier.create(administrator.isMissing()).expectNext(true).verifyComplete();
    StepVerifier.create(administrator.create("first")).expectNext(true).verifyComplete();

    StepVerifier.create(administrator.isMissing()).expectNext(false).verifyComplete();
    StepVerifier.create(administrator.create("second")).expectNext(false).verifyComplete();
    StepVerifier.create(new LocalLogin(users, hasher).login("admin", "first"))
        .assertNext(who -> assertThat(who).matches(Principal::systemAdministrator))
        .verifyComplete();
  }
}
