package dev.breakwater.http.app;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.password.PasswordHasher;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.secret.PasswordRule;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.user.PgUserAccountRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * {@code breakwater user reset-password}: for who has the machine but not the password. With the
 * embedded database the server must be stopped, since it has the database to itself.
 */
final class ResetPasswordCommand {
  private ResetPasswordCommand() {}

  /**
   * Gives the user the password, and ends their sessions and refresh tokens.
   *
   * @throws IOException with a message for the operator
   */
  static void run(Settings settings, String username, String password, Clock clock)
      throws IOException {
    requireRule(password);
    if (settings.database().url().isPresent()) {
      try (Database database = Storage.external(settings)) {
        reset(database, username, password, clock);
      }
    } else {
      try (Storage storage = Storage.open(settings, Schedulers.immediate())) {
        reset(storage.database(), username, password, clock);
      }
    }
  }

  private static void reset(Database database, String username, String password, Clock clock)
      throws IOException {
    try (CryptoPool pool = new CryptoPool("crypto", 1)) {
      AuditTrail audit =
          new AuditTrail(
              new PgAuditRepository(database), () -> Mono.just(Configuration.DEFAULTS), clock);
      audit.prepare().block();
      User user = new PgUserRepository(database).findByUsername(username).block();
      if (user == null || user.source() != UserSource.LOCAL) {
        throw new IOException("there is no user '" + username + "' with a password here");
      }
      String hash = Objects.requireNonNull(new PasswordHasher(pool).hash(password).block());
      database
          .inTx(tx ->
              new PgUserAccountRepository(database)
                  .changePassword(tx, user.id(), hash)
                  .then(Mono.defer(() -> audit.record(tx, event(user))))
                  .thenReturn(true))
          .block();
    }
  }

  private static void requireRule(String password) throws IOException {
    try {
      PasswordRule.require(password);
    } catch (RegistryException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Event event(User user) {
    return new Event(
        EventType.UPDATE_USER,
        "command line",
        "",
        Optional.empty(),
        user.username(),
        "reset the password of user " + user.username(),
        true);
  }
}
