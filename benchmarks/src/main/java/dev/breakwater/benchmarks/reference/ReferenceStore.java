package dev.breakwater.benchmarks.reference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Blobs are files named by their hash, manifests are in memory and, flushed, in files. */
final class ReferenceStore {
  private static final int PIECE = 256 * 1024;

  private final Path blobs;
  private final Path uploads;
  private final Path tags;
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, Upload> open = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  private ReferenceStore(Path folder) {
    this.blobs = folder.resolve("blobs");
    this.uploads = folder.resolve("uploads");
    this.tags = folder.resolve("tags");
  }

  static ReferenceStore open(Path folder) throws IOException {
    ReferenceStore store = new ReferenceStore(folder);
    Files.createDirectories(store.blobs);
    Files.createDirectories(store.uploads);
    Files.createDirectories(store.tags);
    return store;
  }

  /** What was put under a name. */
  record Manifest(byte[] bytes, String digest) {}

  private record Upload(FileChannel file, MessageDigest hash) {}

  Path blob(String digest) {
    return blobs.resolve(digest.substring(digest.indexOf(':') + 1));
  }

  String begin() throws IOException {
    String id = Long.toString(next.incrementAndGet());
    FileChannel file =
        FileChannel.open(
            uploads.resolve(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    open.put(id, new Upload(file, sha256()));
    return id;
  }

  void append(String id, InputStream in, long length) throws IOException {
    Upload upload = upload(id);
    byte[] piece = new byte[(int) Math.min(PIECE, length)];
    for (long left = length; left > 0; ) {
      int read = in.readNBytes(piece, 0, (int) Math.min(piece.length, left));
      if (read == 0) {
        throw new IOException(left + " bytes did not come");
      }
      upload.hash().update(piece, 0, read);
      write(upload.file(), ByteBuffer.wrap(piece, 0, read));
      left -= read;
    }
  }

  /**
   * @return whether the bytes are those of the digest
   */
  boolean commit(String id, String digest) throws IOException {
    Upload upload = upload(id);
    open.remove(id);
    try (FileChannel file = upload.file()) {
      file.force(false);
    }
    if (!text(upload.hash()).equals(digest)) {
      Files.delete(uploads.resolve(id));
      return false;
    }
    Files.move(uploads.resolve(id), blob(digest), StandardCopyOption.ATOMIC_MOVE);
    flush(blobs);
    return true;
  }

  Manifest put(String repository, String reference, byte[] bytes) throws IOException {
    MessageDigest hash = sha256();
    hash.update(bytes);
    Manifest manifest = new Manifest(bytes, text(hash));
    Path file = tags.resolve(Long.toString(next.incrementAndGet()));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, ByteBuffer.wrap(bytes));
      channel.force(false);
    }
    flush(tags);
    manifests.put(repository + ":" + reference, manifest);
    manifests.put(repository + ":" + manifest.digest(), manifest);
    return manifest;
  }

  Optional<Manifest> manifest(String repository, String reference) {
    return Optional.ofNullable(manifests.get(repository + ":" + reference));
  }

  private Upload upload(String id) throws IOException {
    Upload upload = open.get(id);
    if (upload == null) {
      throw new IOException("there is no upload " + id);
    }
    return upload;
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private static void flush(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  private static String text(MessageDigest complete) {
    return "sha256:" + HexFormat.of().formatHex(complete.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
