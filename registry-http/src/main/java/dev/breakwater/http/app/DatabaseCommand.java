package dev.breakwater.http.app;

import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.http.app.config.Secret;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.sql.Migrator;
import dev.breakwater.storage.sql.backup.BackupException;
import dev.breakwater.storage.sql.backup.ExportDatabase;
import dev.breakwater.storage.sql.backup.ImportDatabase;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * {@code breakwater db export} and {@code breakwater db import}: the database as a file and back,
 * whether servers run or not; what an import fills must be empty.
 */
final class DatabaseCommand {
  /** Standard output or input in place of a file. */
  static final String STANDARD = "-";

  private final Settings settings;
  private final Consumer<String> lines;

  /**
   * @param lines gets what is done, for people; never standard output if the export goes there
   */
  DatabaseCommand(Settings settings, Consumer<String> lines) {
    this.settings = settings;
    this.lines = lines;
  }

  /**
   * Writes a file that appears when it is whole; only its owner may read it.
   *
   * @throws IOException with a message for the operator
   */
  void exportTo(String target) throws IOException {
    if (target.equals(STANDARD)) {
      OutputStream out = new FileOutputStream(FileDescriptor.out);
      export(out);
      out.flush();
    } else {
      exportTo(Path.of(target).toAbsolutePath());
    }
    lines.accept(
        "The export does not hold the blobs nor the secret key, which opens what is sealed in it:"
            + " keep "
            + (settings.secretKey().isPresent()
                ? "the setting secret.key"
                : settings.dataDirectory().resolve("secret.key"))
            + " and a copy of "
            + settings.storage().filesystemRoot()
            + " as well.");
  }

  private void exportTo(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      export(Channels.newOutputStream(channel));
      channel.force(true);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no folder " + file.getParent(), e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void export(OutputStream out) throws IOException {
    Scheduler workers = Schedulers.newSingle("export", true);
    try (CommandDatabase opened = CommandDatabase.open(settings)) {
      Migrator.migrate(opened.database(), BuildVersion.current()).block();
      Long rows =
          new ExportDatabase(opened.database(), BuildVersion.current(), workers, lines)
              .to(out)
              .block();
      lines.accept(rows + " rows exported");
    } catch (BackupException | StorageUnusableException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      workers.dispose();
    }
  }

  /**
   * @throws IOException with a message for the operator
   */
  void importFrom(String source) throws IOException {
    Scheduler workers = Schedulers.newSingle("import", true);
    try (InputStream in = open(source);
        CommandDatabase opened = CommandDatabase.open(settings)) {
      String fingerprint =
          new ImportDatabase(opened.database(), BuildVersion.current(), workers, lines)
              .from(in)
              .blockOptional()
              .orElse("");
      tellOfKey(fingerprint);
    } catch (BackupException | StorageUnusableException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      workers.dispose();
    }
  }

  private static InputStream open(String source) throws IOException {
    if (source.equals(STANDARD)) {
      return new BufferedInputStream(new FileInputStream(FileDescriptor.in));
    }
    try {
      return new BufferedInputStream(Files.newInputStream(Path.of(source)));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + source, e);
    }
  }

  /** The server refuses to start with another key; better to hear it now. */
  private void tellOfKey(String fingerprint) throws IOException {
    if (fingerprint.isEmpty()) {
      return;
    }
    Path file = settings.dataDirectory().resolve("secret.key");
    Optional<String> key = settings.secretKey().map(Secret::value);
    if (key.isEmpty()) {
      key = new PrivateFile(file).read();
    }
    if (key.isEmpty()) {
      lines.accept(
          "Before the first start, put the secret key of the exported installation into "
              + file
              + " or the setting secret.key: it opens what is sealed in the database.");
    } else if (!SecretBox.withKey(key.get()).fingerprint().equals(fingerprint)) {
      lines.accept(
          "The secret key here is not the one of the exported installation: the server will not"
              + " start before that one is in "
              + file
              + " or the setting secret.key.");
    }
  }
}
