package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.embedded.ForeignPostgres;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oldest server that is supported, as the distribution ships it, over TCP. */
final class ExternalPostgresTest {
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");

  @TempDir Path folder;

  @Test
  void runsOnPostgresFifteen() throws Exception {
    assumeThat(Files.isExecutable(PROGRAMS.resolve("postgres")) || System.getenv("CI") != null)
        .as("needs PostgreSQL 15 in " + PROGRAMS)
        .isTrue();
    try (ForeignPostgres server = ForeignPostgres.start(PROGRAMS, folder.toRealPath());
        Database database =
            Database.connect(
                DatabaseSettings.parse(
                    "postgresql://127.0.0.1:" + server.port() + "/postgres",
                    "registry",
                    server.password()))) {
      Migrator.migrate(database, "0.1.0").block();
      RepositoryName repository = RepositoryName.parse("library/one");
      Await.done(
          new PgBlobRepository(database)
              .commitUpload(Pushes.session(repository), Pushes.digest("blob"), 4, Pushes.NOW));
      PgManifestRepository manifests = new PgManifestRepository(database);

      assertThat(
              Await.value(
                  manifests.store(
                      Pushes.image(repository, "image", List.of(Pushes.digest("blob")), "latest"))))
          .isEmpty();

      assertThat(Await.optional(manifests.resolve(repository, Tag.parse("latest"))))
          .isEqualTo(Optional.of(Pushes.digest("image")));
    }
  }
}
