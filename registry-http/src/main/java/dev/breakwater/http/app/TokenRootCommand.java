package dev.breakwater.http.app;

import dev.breakwater.http.app.config.Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import reactor.core.scheduler.Schedulers;

/**
 * {@code breakwater token-root}. With the embedded database the certificate is also kept as a file,
 * so that it can be printed while the server, which has the database to itself, is running.
 */
final class TokenRootCommand {
  private TokenRootCommand() {}

  static String run(Settings settings, Clock clock) throws IOException {
    boolean embedded = settings.database().url().isEmpty();
    TokenRootFile file = new TokenRootFile(settings.dataDirectory());
    if (embedded && file.read().isPresent()) {
      return file.read().orElseThrow();
    }
    try (Storage storage = Storage.open(settings, Schedulers.immediate());
        Identity identity = Identity.open(settings, storage.database(), clock)) {
      return Objects.requireNonNull(identity.keys().rootCertificate().block());
    }
  }
}
