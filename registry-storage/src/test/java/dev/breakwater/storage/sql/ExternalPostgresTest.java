package dev.breakwater.storage.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.embedded.ForeignPostgres;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    requirePrograms();
    try (ForeignPostgres server = ForeignPostgres.start(PROGRAMS, folder.toRealPath());
        Database database = connect(server, "127.0.0.1", "")) {
      Migrator.migrate(database, "0.1.0").block();
      RepositoryName repository = RepositoryName.parse("library/one");
      RegistryRows rows = new RegistryRows(database);
      Await.done(rows.commit(Pushes.session(repository), Pushes.digest("blob"), 4, Pushes.NOW));
      PgManifestRepository manifests = new PgManifestRepository(database);

      assertThat(
              Await.value(
                  rows.store(
                      Pushes.image(repository, "image", List.of(Pushes.digest("blob")), "latest"))))
          .isEmpty();

      assertThat(Await.optional(manifests.resolve(repository, Tag.parse("latest"))))
          .isEqualTo(Optional.of(Pushes.digest("image")));
      String compiler = Await.value(database.one("SHOW jit", row -> Rows.text(row, "jit")));
      assertThat(compiler).isEqualTo("off");
    }
  }

  @Test
  void refusesAServerThatIsTooOldAndSaysWhatIsNeeded() throws Exception {
    assumeThat(System.getProperty("os.arch")).as("the old server's programs").isEqualTo("amd64");
    Path jar = Path.of("target", "postgres-too-old.jar").toAbsolutePath();
    try (ForeignPostgres server = ForeignPostgres.startFromJar(jar, folder.toRealPath());
        Database database = connect(server, "127.0.0.1", "")) {

      assertThatThrownBy(() -> Migrator.migrate(database, "0.1.0").block())
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("PostgreSQL 14.")
          .hasMessageContaining("needs PostgreSQL 15");
    }
  }

  @Test
  void trustsOnlyAServerWhoseCertificateItKnows() throws Exception {
    requirePrograms();
    Path home = folder.toRealPath();
    Path certificate = certificate(home, "localhost");
    Path stranger = certificate(home, "stranger");
    try (ForeignPostgres server =
        ForeignPostgres.startWithTls(PROGRAMS, home, certificate, key(home, "localhost"))) {
      try (Database known = connect(server, "localhost", verified(certificate))) {
        boolean encrypted =
            Await.value(
                known.one(
                    "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                    row -> Rows.flag(row, "ssl")));
        assertThat(encrypted).isTrue();
      }
      try (Database other = connect(server, "localhost", verified(stranger))) {
        assertThatThrownBy(() -> Migrator.migrate(other, "0.1.0").block())
            .isInstanceOf(StorageUnusableException.class)
            .hasMessageContaining("cannot be reached");
      }
      try (Database otherName = connect(server, "127.0.0.1", verified(certificate))) {
        assertThatThrownBy(() -> Migrator.migrate(otherName, "0.1.0").block())
            .isInstanceOf(StorageUnusableException.class)
            .hasMessageContaining("cannot be reached");
      }
    }
  }

  private static void requirePrograms() {
    assumeThat(Files.isExecutable(PROGRAMS.resolve("postgres")) || System.getenv("CI") != null)
        .as("needs PostgreSQL 15 in " + PROGRAMS)
        .isTrue();
  }

  private static Database connect(ForeignPostgres server, String host, String query) {
    return Database.connect(
        DatabaseSettings.parse(
            "postgresql://" + host + ":" + server.port() + "/postgres" + query,
            "registry",
            server.password()));
  }

  private static String verified(Path rootCertificate) {
    return "?sslmode=verify-full&sslrootcert=" + rootCertificate;
  }

  private static Path key(Path home, String name) {
    return home.resolve(name + ".key");
  }

  /** A self-signed certificate for a host; its key beside it, for the server's user alone. */
  private static Path certificate(Path home, String name) throws Exception {
    Path certificate = home.resolve(name + ".crt");
    Process openssl =
        new ProcessBuilder(
                List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + name,
                    "-addext",
                    "subjectAltName=DNS:" + name,
                    "-keyout",
                    key(home, name).toString(),
                    "-out",
                    certificate.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(openssl.getInputStream().readAllBytes(), UTF_8);
    assertThat(openssl.waitFor()).as(output).isZero();
    Files.setPosixFilePermissions(key(home, name), PosixFilePermissions.fromString("rw-------"));
    return certificate;
  }
}
