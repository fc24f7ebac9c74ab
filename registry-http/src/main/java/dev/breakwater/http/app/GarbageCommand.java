package dev.breakwater.http.app;

import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.job.JobResult;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * {@code breakwater gc}: one run of garbage collection, here and now, whether servers run or not.
 */
final class GarbageCommand {
  private GarbageCommand() {}

  /**
   * @param parameters as {@link dev.breakwater.core.gc.GarbageOptions} reads them
   * @param out gets what it does, line by line
   * @throws IOException with a message for the operator
   */
  static void run(
      Settings settings, Map<String, Object> parameters, Consumer<String> out, Clock clock)
      throws IOException {
    Scheduler workers = Schedulers.newParallel("gc", 4, true);
    try (Storage storage = Storage.forCommand(settings, workers)) {
      AuditTrail audit =
          new AuditTrail(
              new PgAuditRepository(storage.database()),
              () -> Mono.just(Configuration.DEFAULTS),
              clock);
      audit.prepare().block();
      JobResult result =
          UseCases.garbageCollector(settings, storage, audit, workers, clock)
              .run(new CommandJob(parameters, out))
              .blockOptional()
              .orElseThrow();
      out.accept(String.valueOf(result.attributes()));
    } finally {
      workers.dispose();
    }
  }
}
