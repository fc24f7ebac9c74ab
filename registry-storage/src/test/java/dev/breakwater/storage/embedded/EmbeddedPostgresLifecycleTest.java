package dev.breakwater.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to the server when its owner is killed, and what machines it can live on. */
final class EmbeddedPostgresLifecycleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void resolve() throws IOException {
    data = folder.toRealPath();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "setpriv", "unshare"})
  void losesNothingAndLeavesNoOrphanWhenItsOwnerIsKilled(String missing) throws Exception {
    int acknowledged;
    try (ChildJvm owner = ChildJvm.start(data, missing)) {
      owner.await("ready");
      owner.await("20");
      acknowledged = owner.kill();
    }

    long begin = System.nanoTime();
    try (DataDirectory directory = DataDirectory.open(data);
        EmbeddedPostgres postgres = start(directory, missing);
        Database database = Database.connect(postgres.settings())) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
      assertThat(serversIn(data)).isEqualTo(1);
      long kept =
          Await.value(
              database.one(
                  "SELECT max(n)::bigint AS n FROM acknowledged", row -> Rows.number(row, "n")));
      assertThat(kept).isGreaterThanOrEqualTo(acknowledged);
    }
    assertThat(serversIn(data)).isZero();
  }

  @Test
  void endsWithItsOwnerEvenWhenNobodyStartsAgain() throws Exception {
    for (String missing : List.of("none", "setpriv")) {
      try (ChildJvm owner = ChildJvm.start(data, missing)) {
        owner.await("ready");
        owner.kill();
      }

      await().atMost(PATIENCE).until(() -> serversIn(data) == 0);
    }
  }

  @Test
  void stopsWithItsOwner() throws Exception {
    try (ChildJvm owner = ChildJvm.start(data, "none")) {
      owner.await("ready");
      owner.stop();
    }

    assertThat(serversIn(data)).isZero();
    assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  @Test
  void refusesASecondProcessAndNamesTheFirst() throws Exception {
    try (ChildJvm owner = ChildJvm.start(data, "none")) {
      owner.await("ready");

      assertThatThrownBy(() -> DataDirectory.open(data))
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("in use by the process " + owner.pid());
      owner.kill();
    }

    DataDirectory.open(data).close();
  }

  @Test
  void isNotStoppedByAnInterruptForItsOwnersGroup() throws Exception {
    try (DataDirectory directory = DataDirectory.open(data);
        EmbeddedPostgres postgres = start(directory, "none")) {
      long server = PostgresProcess.recordedPid(data.resolve("postgres/data")).orElseThrow();

      assertThat(processGroup(server)).isEqualTo(server);
      assertThat(postgres.settings().database()).isEqualTo("postgres");
    }
  }

  @Test
  void saysWhatIsMissingForRoot() {
    assertThatThrownBy(() -> Launcher.detect(_ -> Optional.empty(), 0, true))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("root")
        .hasMessageContaining("util-linux")
        .hasMessageContaining("database.url");
  }

  @Test
  void saysThatTheUserHasNoName() {
    assertThatThrownBy(() -> Launcher.detect(_ -> Optional.empty(), 12345, false))
        .isInstanceOf(StorageUnusableException.class)
        .hasMessageContaining("uid 12345")
        .hasMessageContaining("/etc/passwd");
  }

  @Test
  void changesBetweenTheTwoWaysOfRunningForRoot() throws Exception {
    assumeThat(Launcher.self()).as("needs root").isZero();
    for (String missing : List.of("none", "unshare", "none")) {
      try (DataDirectory directory = DataDirectory.open(data);
          EmbeddedPostgres postgres = start(directory, missing);
          Database database = Database.connect(postgres.settings())) {
        Await.done(database.update("CREATE TABLE IF NOT EXISTS kept (n int)"));
      }
    }
    assertThat(Files.getAttribute(data.resolve("postgres/password"), "unix:mode"))
        .isEqualTo(0100600);
  }

  @Test
  void runsAsAnOrdinaryUserWithOrWithoutAName() throws Exception {
    assumeThat(Launcher.self()).as("needs root, to become an ordinary user").isZero();
    String classPath = copyClassPath(data.resolve("classes"));
    Path programs = data.resolve("programs");
    PostgresBinaries.unpack(TestPostgres.PROGRAMS);
    copyTree(TestPostgres.PROGRAMS, programs);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (int uid : List.of(12345, Launcher.UNPRIVILEGED_UID)) {
      Path home = Files.createDirectories(data.resolve("home-" + uid));
      Files.setAttribute(home, "unix:uid", uid);
      Files.setAttribute(home, "unix:gid", uid);
      List<String> ordinary =
          List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");

      try (ChildJvm owner = ChildJvm.start(ordinary, classPath, home, programs, "none")) {
        owner.await("ready");
        assertThat(Files.getAttribute(home.resolve("postgres/data"), "unix:uid")).isEqualTo(uid);
        owner.stop();
      }
    }
  }

  @Test
  void saysThatTheFilesBelongToAnotherUser() throws Exception {
    assumeThat(Launcher.self()).as("needs root").isZero();
    try (DataDirectory directory = DataDirectory.open(data)) {
      start(directory, "none").close();
      Launcher ordinary = Launcher.detect(Launcher::find, 12345, true);

      PostgresFiles files = new PostgresFiles(data);

      assertThatThrownBy(() -> files.requireOwner(ordinary, false))
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("belong to uid 0")
          .hasMessageContaining("runs as uid 12345");
    }
  }

  @Test
  void saysThatTheDiskIsFullAndGoesOnWhenItNoLongerIs() throws Exception {
    Path disk = mountSmallDisk("90m");
    try (DataDirectory directory = DataDirectory.open(disk);
        EmbeddedPostgres postgres = start(directory, "none");
        Database database = Database.connect(postgres.settings())) {
      Await.done(database.update("CREATE TABLE filler (x text)"));
      Await.done(database.update("ALTER TABLE filler ALTER x SET STORAGE EXTERNAL"));
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[20 * 1024 * 1024]);

      assertThatThrownBy(
              () -> {
                for (int n = 0; n < 1000; n++) {
                  Await.done(database.update("INSERT INTO filler VALUES (repeat('x', 1000000))"));
                }
              })
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.code()).isIn(ErrorCode.STORAGE_FULL, ErrorCode.UNAVAILABLE));
      Files.delete(ballast);

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .untilAsserted(
              () -> Await.done(database.update("INSERT INTO filler VALUES ('there is room')")));
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  @Test
  void saysThatTheDiskIsFullAtTheFirstStart() throws Exception {
    Path disk = mountSmallDisk("10m");
    try (DataDirectory directory = DataDirectory.open(disk)) {
      assertThatThrownBy(() -> start(directory, "none"))
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("the disk that holds")
          .hasMessageContaining("is full");
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory))
          .isInstanceOf(StorageUnusableException.class)
          .hasMessageContaining("is full");
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private static EmbeddedPostgres start(DataDirectory directory, String missing)
      throws IOException {
    Launcher launcher =
        Launcher.detect(name -> missing.contains(name) ? Optional.empty() : Launcher.find(name));
    return EmbeddedPostgres.start(directory, TestPostgres.PROGRAMS, launcher);
  }

  private Path mountSmallDisk(String size) throws Exception {
    Path disk = Files.createDirectories(data.resolve("disk"));
    int status = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString());
    assumeThat(status).as("needs the right to mount a small file system").isZero();
    return disk;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** How many servers (not their helpers) use the data files. */
  private static long serversIn(Path data) {
    Path files = data.resolve("postgres/data");
    List<Long> processes = new ArrayList<>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(process -> workingDirectory(process).equals(Optional.of(files)))
          .forEach(process -> processes.add(process.pid()));
    }
    return processes.stream()
        .filter(pid ->
            !processes.contains(
                ProcessHandle.of(pid)
                    .flatMap(ProcessHandle::parent)
                    .map(ProcessHandle::pid)
                    .orElse(0L)))
        .count();
  }

  private static Optional<Path> workingDirectory(ProcessHandle process) {
    try {
      return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static long processGroup(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[2]);
  }

  /** Where everybody can read it. */
  private static String copyClassPath(Path target) throws IOException {
    List<String> entries = new ArrayList<>();
    for (Path entry : ChildJvm.classPath()) {
      Path copy = target.resolve(entries.size() + "-" + entry.getFileName());
      Files.createDirectories(target);
      if (Files.isDirectory(entry)) {
        copyTree(entry, copy);
        entries.add(copy.toString());
      } else if (Files.isRegularFile(entry)) {
        Files.copy(entry, copy);
        entries.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(from)) {
      paths = tree.toList();
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path).toString()), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
