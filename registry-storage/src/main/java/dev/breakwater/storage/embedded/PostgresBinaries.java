package dev.breakwater.storage.embedded;

import dev.breakwater.storage.StorageUnusableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The programs {@code initdb} and {@code postgres}, unpacked once into {@code pg-bin/<SHA-256 of
 * the archive>}. The folder appears by a rename, so one that is there is whole. A link beside it
 * names the archive it came from.
 */
final class PostgresBinaries {
  /** The version whose data files these programs read. */
  static final int MAJOR_VERSION = 18;

  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

  private final Path home;

  private PostgresBinaries(Path home) {
    this.home = home;
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  /** Unpacks what is not there yet and removes what earlier versions left. */
  static PostgresBinaries unpack(Path folder) throws IOException {
    return unpack(archive(), folder);
  }

  static PostgresBinaries unpack(URL archive, Path folder) throws IOException {
    Path known = folder.resolve(shortName(archive));
    if (!Files.isDirectory(known)) {
      String hash = hash(archive);
      Path home = folder.resolve(hash);
      Files.createDirectories(folder);
      removeOthers(folder, hash);
      if (!Files.isDirectory(home)) {
        log.info("unpacking PostgreSQL into {}, once", home);
        unpack(archive, folder, home);
      }
      Files.createSymbolicLink(known, Path.of(hash));
    }
    return new PostgresBinaries(known.toRealPath());
  }

  /**
   * The archive's size and checksum, which the jar's directory knows: hashing all of it would cost
   * every start 100 ms.
   */
  private static String shortName(URL archive) throws IOException {
    if (archive.openConnection() instanceof JarURLConnection jar && jar.getJarEntry() != null) {
      return "archive-%d-%08x".formatted(jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
    }
    return "archive-" + hash(archive);
  }

  private static URL archive() {
    String system = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
    String name =
        switch (system.toLowerCase(Locale.ROOT)) {
          case "linux amd64", "linux x86_64" -> "postgres-linux-x86_64.txz";
          case "linux aarch64" -> "postgres-linux-arm_64.txz";
          default -> "postgres-unknown.txz";
        };
    URL found = PostgresBinaries.class.getClassLoader().getResource(name);
    if (found == null) {
      throw new StorageUnusableException(
          "There is no embedded PostgreSQL for "
              + system
              + ". Set database.url to a PostgreSQL server of your own.");
    }
    return found;
  }

  private static String hash(URL archive) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(archive.openStream(), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void unpack(URL archive, Path folder, Path home) throws IOException {
    Path unfinished = Files.createTempDirectory(folder, "unpacking-");
    try (InputStream in = archive.openStream();
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, unfinished);
      }
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteTree(unfinished);
      throw e;
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("the archive names a file outside of itself: " + entry.getName());
    }
    createFolders(entry.isDirectory() ? target : target.resolve("..").normalize(), root);
    if (entry.isDirectory()) {
      return;
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, target);
      Files.setPosixFilePermissions(target, permissions(entry.getMode()));
    }
  }

  private static void createFolders(Path folder, Path root) throws IOException {
    if (folder.equals(root)) {
      Files.setPosixFilePermissions(root, permissions(0755));
    } else if (!Files.isDirectory(folder)) {
      createFolders(folder.resolve("..").normalize(), root);
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, permissions(0755));
    }
  }

  /** Readable by everybody: as root, PostgreSQL may have to run as another user. */
  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
    if ((mode & 0100) != 0) {
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    return permissions;
  }

  private static void removeOthers(Path folder, String hash) throws IOException {
    List<Path> others;
    try (Stream<Path> entries = Files.list(folder)) {
      others = entries.filter(entry -> !entry.getFileName().toString().equals(hash)).toList();
    }
    for (Path other : others) {
      deleteTree(other);
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(root)) {
      paths = tree.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
