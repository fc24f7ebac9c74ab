package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A large layer in a file, from which the kernel sends it. Its last bytes make it another layer, so
 * that all before them is hashed only once. For one thread at a time.
 */
public final class LayerFile {
  private static final int PIECE = 1024 * 1024;
  private static final int STAMP = Long.BYTES;

  private final Path file;
  private final long length;
  private Optional<MessageDigest> front = Optional.empty();

  /**
   * @param length in bytes, whole mebibytes
   */
  public LayerFile(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  public Path file() {
    return file;
  }

  /** Fills it with random bytes, unless it is there already. */
  public void make(RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long i = 0; i < length / PIECE; i++) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
  }

  /**
   * Makes another layer of it.
   *
   * @return its digest
   */
  public String renew(RandomGenerator random) throws IOException {
    byte[] stamp = ByteBuffer.allocate(STAMP).putLong(random.nextLong()).array();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(stamp), length - STAMP);
    }
    MessageDigest whole = copy(front());
    whole.update(stamp);
    return Image.digest(whole);
  }

  public Body body() {
    return new Body.FromFile(file, length);
  }

  private MessageDigest front() throws IOException {
    if (front.isEmpty()) {
      front = Optional.of(hashFront());
    }
    return front.get();
  }

  private MessageDigest hashFront() throws IOException {
    MessageDigest sha256 = Image.sha256();
    byte[] piece = new byte[PIECE];
    long left = length - STAMP;
    try (InputStream in = Files.newInputStream(file)) {
      while (left > 0) {
        int read = in.readNBytes(piece, 0, (int) Math.min(PIECE, left));
        sha256.update(piece, 0, read);
        left -= read;
      }
    }
    return sha256;
  }

  private static MessageDigest copy(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java's SHA-256 cannot be copied", e);
    }
  }
}
