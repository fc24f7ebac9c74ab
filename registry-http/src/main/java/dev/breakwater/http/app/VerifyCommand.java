package dev.breakwater.http.app;

import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.core.verify.VerifyReport;
import dev.breakwater.core.verify.VerifyStorage;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import dev.breakwater.storage.sql.verify.PgVerifyRepository;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** {@code breakwater storage verify}: one run, here and now, whether servers run or not. */
final class VerifyCommand {
  private VerifyCommand() {}

  /**
   * @param lines gets what it finds
   * @return whether nothing is damaged or missing
   * @throws IOException with a message for the operator
   */
  static boolean run(Settings settings, VerifyOptions options, Consumer<String> lines, Clock clock)
      throws IOException {
    Scheduler workers = Schedulers.newParallel("blob-io", 4, true);
    Scheduler timer = Schedulers.newSingle("timer", true);
    try (Storage storage = Storage.forCommand(settings, workers)) {
      VerifyStorage verify =
          new VerifyStorage(
              new PgVerifyRepository(storage.database()),
              storage.blobs().files(),
              storage.database(),
              new PgQuotaRepository(storage.database()),
              settings.storage().lease(),
              timer,
              clock);
      VerifyReport report = Objects.requireNonNull(verify.run(options, lines).block());
      return report.isWhole();
    } finally {
      timer.dispose();
      workers.dispose();
    }
  }
}
