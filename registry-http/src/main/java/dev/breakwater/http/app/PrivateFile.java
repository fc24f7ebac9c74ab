package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file with one line that only its owner may read: the secret key, the first password. It is
 * written whole or not at all, and is on disk when {@link #readOrCreate} returns.
 */
public final class PrivateFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Without letters and digits that look alike. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private final Path file;

  public PrivateFile(Path file) {
    this.file = file;
  }

  public Path path() {
    return file;
  }

  /** The line; empty if there is no such file. */
  public Optional<String> read() throws IOException {
    try {
      return Optional.of(Files.readString(file, UTF_8).strip()).filter(line -> !line.isEmpty());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * The line, or a new random one of this many letters and digits (5.8 bits each).
   *
   * @throws IOException if it can neither be read nor written
   */
  public String readOrCreate(int length) throws IOException {
    Optional<String> existing = read();
    return existing.isPresent() ? existing.get() : create(random(length));
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  private static String random(int length) {
    SecureRandom random = new SecureRandom();
    return random
        .ints(length, 0, ALPHABET.length())
        .mapToObj(ALPHABET::charAt)
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  /** A link makes the finished file appear at once, and fails if another program was faster. */
  private String create(String line) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder, OWNER_ONLY_FOLDER);
    Path draft = Files.createTempFile(folder, ".draft", "", OWNER_ONLY);
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
        channel.force(true);
      }
      Files.createLink(file, draft);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
      return line;
    } catch (FileAlreadyExistsException e) {
      return read().orElseThrow(() -> new IOException(file + " is empty; remove it", e));
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
