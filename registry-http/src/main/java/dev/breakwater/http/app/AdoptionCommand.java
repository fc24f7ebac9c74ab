package dev.breakwater.http.app;

import dev.breakwater.auth.user.FirstAdministrator;
import dev.breakwater.core.adoption.AdoptRegistry;
import dev.breakwater.core.adoption.AdoptionOptions;
import dev.breakwater.core.adoption.AdoptionReport;
import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.QuotaAlarm;
import dev.breakwater.core.user.User;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * {@code breakwater import distribution}: one run, here and now, whether servers run or not.
 * Everything is pushed on behalf of the first administrator, who is made if nobody has started a
 * server yet.
 */
final class AdoptionCommand {
  private AdoptionCommand() {}

  /**
   * @param lines gets what is done and skipped
   * @return whether nothing was skipped
   * @throws IOException with a message for the operator
   */
  static boolean run(
      Settings settings, AdoptionOptions options, Consumer<String> lines, Clock clock)
      throws IOException {
    Scheduler workers = Schedulers.newParallel("blob-io", 4, true);
    Scheduler timer = Schedulers.newSingle("timer", true);
    try (Storage storage = Storage.forCommand(settings, workers);
        Identity identity = Identity.open(settings, storage.database(), clock)) {
      ObjectListing listing = listing(storage);
      AdministratorSetup.run(settings, identity);
      UseCases useCases =
          UseCases.wire(
              settings,
              storage,
              identity.authorizer(),
              identity.audit(),
              identity.configuration(),
              workers,
              timer,
              clock);
      AdoptionReport report =
          Objects.requireNonNull(
              adoption(settings, storage, identity, useCases, listing, timer, clock)
                  .adopt(administrator(storage.database()), options, lines)
                  .block());
      useCases.activity().flush().block();
      return judge(report, settings);
    } finally {
      timer.dispose();
      workers.dispose();
    }
  }

  private static ObjectListing listing(Storage storage) throws IOException {
    return storage
        .blobs()
        .listing()
        .orElseThrow(() ->
            new IOException(
                "this storage.driver cannot show what another registry stored; filesystem and s3"
                    + " can"));
  }

  private static AdoptRegistry adoption(
      Settings settings,
      Storage storage,
      Identity identity,
      UseCases useCases,
      ObjectListing listing,
      Scheduler timer,
      Clock clock) {
    Database database = storage.database();
    ProjectSpace space =
        new ProjectSpace(
            useCases.quotas(),
            database,
            new QuotaAlarm(useCases.quotas(), database, identity.audit()),
            Ends.quotasCount(identity.configuration()),
            clock);
    return new AdoptRegistry(
        listing,
        storage.blobs(),
        storage.blobs().files(),
        useCases.smallBlobs(),
        new PgBlobRepository(database),
        new PgManifestRepository(database),
        useCases.pushManifest(),
        new ProjectService(
            identity.projects(),
            identity.authorizer(),
            database,
            identity.audit(),
            Ends.storagePerProject(identity.configuration()),
            useCases.linkCache()::forgetAll),
        space,
        UseCases.blobSettings(settings),
        timer,
        clock);
  }

  private static Caller administrator(Database database) {
    User user =
        Objects.requireNonNull(
            new PgUserRepository(database).findByUsername(FirstAdministrator.USERNAME).block());
    return Caller.of(new Principal.User(user.id(), user.username(), true), Credential.NONE);
  }

  private static boolean judge(AdoptionReport report, Settings settings) throws IOException {
    if (report.repositories() == 0 && report.isWhole()) {
      throw new IOException(
          "there is no repository of another registry here: "
              + (settings.storage().s3().isPresent()
                  ? "storage.s3.root must be what stands before docker/registry/v2 in the keys"
                  : settings.storage().filesystemRoot()
                      + " must be the folder in which docker/registry/v2 is"
                      + " (storage.filesystem.root)"));
    }
    return report.isWhole();
  }
}
