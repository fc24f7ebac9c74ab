package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server keeps, all under {@code <data.dir>/postgres}: {@code data} (its data files),
 * {@code run} (its socket) and {@code password} (mode 0600).
 */
final class PostgresFiles {
  static final String USER = "breakwater";

  private static final Logger log = LoggerFactory.getLogger(PostgresFiles.class);

  private final Path dataDirectory;
  private final Path root;

  PostgresFiles(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
    this.root = dataDirectory.resolve("postgres");
  }

  Path root() {
    return root;
  }

  Path data() {
    return root.resolve("data");
  }

  Path socketFolder() {
    return root.resolve("run");
  }

  String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  private Path passwordFile() {
    return root.resolve("password");
  }

  /** Makes the data files unless they are there, and sees to it that this server can use them. */
  void prepare(PostgresBinaries binaries, Launcher launcher)
      throws IOException, InterruptedException {
    Files.createDirectories(root);
    if (launcher.uid() == Launcher.UNPRIVILEGED_UID) {
      letPass(dataDirectory);
    }
    if (!Files.exists(data())) {
      initialise(binaries, launcher);
    }
    requireVersion();
    requireOwner(launcher, isRoot());
    if (!Files.exists(passwordFile())) {
      throw new StorageUnusableException(
          "The database's password file "
              + passwordFile()
              + " is missing. Restore it together with the data files beside it.");
    }
  }

  /** Writes the settings of this start. */
  Path configure(PostgresAddress address, Launcher launcher) throws IOException {
    Path file = data().resolve("breakwater.conf");
    String text = PostgresConfiguration.text(address, data().resolve("local.conf"));
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      // By a rename: on a full disk the old one stays whole.
      Path unfinished = data().resolve("breakwater.conf.unfinished");
      Files.writeString(unfinished, text);
      own(unfinished, launcher);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
    if (address instanceof PostgresAddress.Socket(Path folder)) {
      own(folder, launcher);
    }
    return file;
  }

  private void initialise(PostgresBinaries binaries, Launcher launcher)
      throws IOException, InterruptedException {
    log.info("making the database {}", data());
    Path unfinished = root.resolve("data.unfinished");
    PostgresBinaries.deleteTree(unfinished);
    Path password = root.resolve("password.initial");
    Files.deleteIfExists(password);
    writePrivately(password, newPassword());
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    own(password, launcher);
    own(unfinished, launcher);

    runInitdb(binaries, launcher, unfinished, password);

    if (launcher.uid() == Launcher.UNPRIVILEGED_UID) {
      // Back to whom the password is for.
      Files.setAttribute(password, "unix:uid", Files.getAttribute(root, "unix:uid"));
    }
    Files.move(password, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
    Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(root, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private void runInitdb(PostgresBinaries binaries, Launcher launcher, Path target, Path password)
      throws IOException, InterruptedException {
    Process initdb =
        launcher.start(
            List.of(
                binaries.initdb().toString(),
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                // Case mapping of all of Unicode, order by code point, on every machine the same.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                // The password is 256 random bits: there is nothing that iterations would slow
                // down.
                "--set=scram_iterations=1",
                "--no-instructions"));
    String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = initdb.waitFor();
    if (status != 0) {
      throw PostgresProcess.failed("The database could not be made in " + data(), root, output);
    }
  }

  private void requireVersion() throws IOException {
    String version = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!version.equals(Integer.toString(PostgresBinaries.MAJOR_VERSION))) {
      throw new StorageUnusableException(
          "The data files "
              + data()
              + " were written by PostgreSQL "
              + version
              + ", this program brings PostgreSQL "
              + PostgresBinaries.MAJOR_VERSION
              + ", which cannot read them. With the program version that wrote them, run"
              + " `breakwater db export FILE`; then `breakwater db import FILE` with this one into"
              + " another data.dir.");
    }
  }

  void requireOwner(Launcher launcher, boolean root) throws IOException {
    int owner = (int) Files.getAttribute(data(), "unix:uid");
    if (owner == launcher.uid()) {
      return;
    }
    if (!root) {
      throw new StorageUnusableException(
          "The data files "
              + data()
              + " belong to uid "
              + owner
              + ", this program runs as uid "
              + launcher.uid()
              + ". Start it as the same user as before, or change the owner of the whole data"
              + " directory.");
    }
    log.info("giving {} to uid {}", data(), launcher.uid());
    try (Stream<Path> tree = Files.walk(data())) {
      tree.forEach(path -> give(path, launcher.uid()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void own(Path path, Launcher launcher) throws IOException {
    if (isRoot()) {
      Files.setAttribute(path, "unix:uid", launcher.uid());
      Files.setAttribute(path, "unix:gid", launcher.uid());
    }
  }

  private static void give(Path path, int uid) {
    try {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRoot() throws IOException {
    return Launcher.self() == 0;
  }

  /** Lets another user through the folder, not look into it. */
  private static void letPass(Path folder) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  private static String newPassword() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
  }

  static StorageUnusableException unusable(Path root, IOException e) {
    String reason =
        e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    return PostgresProcess.failed("The embedded PostgreSQL cannot be started", root, reason);
  }
}
