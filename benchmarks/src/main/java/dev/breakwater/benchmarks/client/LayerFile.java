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
import java.util.random.RandomGenerator;

/**
 * A large layer in a file, from which the kernel sends it.
 *
 * @param length in bytes, whole mebibytes
 */
public record LayerFile(Path file, int length) {
  private static final int PIECE = 1024 * 1024;

  /** Fills it with random bytes, unless it is there already. */
  public void make(RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < length / PIECE; i++) {
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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, random.nextLong()), 0);
    }
    MessageDigest sha256 = Image.sha256();
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        sha256.update(piece, 0, read);
      }
    }
    return Image.digest(sha256);
  }

  public Body body() {
    return new Body.FromFile(file, length);
  }
}
