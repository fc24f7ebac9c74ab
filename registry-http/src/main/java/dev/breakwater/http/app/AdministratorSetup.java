package dev.breakwater.http.app;

import dev.breakwater.auth.user.FirstAdministrator;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import java.io.IOException;
import java.util.Optional;

/** Makes the first administrator at the first start. */
final class AdministratorSetup {
  private static final int PASSWORD_LENGTH = 20;

  private AdministratorSetup() {}

  /**
   * Blocks.
   *
   * @return the password, when it was made up just now
   */
  static Optional<String> run(Settings settings, Identity identity) throws IOException {
    FirstAdministrator first = identity.firstAdministrator();
    if (!Boolean.TRUE.equals(first.isMissing().block())) {
      return Optional.empty();
    }
    Optional<String> given = settings.adminPassword().map(Secret::value);
    if (given.isPresent()) {
      first.create(given.get()).block();
      return Optional.empty();
    }
    PrivateFile file = new PrivateFile(settings.dataDirectory().resolve("admin-password"));
    boolean kept = file.read().isPresent();
    String password = file.readOrCreate(PASSWORD_LENGTH);
    if (Boolean.TRUE.equals(first.create(password).block())) {
      return Optional.of(password);
    }
    if (!kept) {
      file.delete();
    }
    return Optional.empty();
  }
}
