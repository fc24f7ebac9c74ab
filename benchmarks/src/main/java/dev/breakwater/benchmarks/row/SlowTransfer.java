package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.client.Response;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Semaphore;

/**
 * Moves bytes slowly until it is told to hurry.
 *
 * @param hurryFrom by {@link System#nanoTime}
 * @param connecting how many may be connecting at a time: hundreds of TLS handshakes at once would
 *     make the clients, which share the processors, run into the time limit of handshakes
 */
record SlowTransfer(
    RunningRegistry registry, String repository, long hurryFrom, Semaphore connecting) {
  static final int BYTES_PER_SECOND = 64 * 1024;

  private static final int PIECE = 16 * 1024;
  private static final int RECEIVE_BUFFER = 32 * 1024;

  void download(String digest) throws IOException, InterruptedException {
    try (RegistryClient client = connect(RECEIVE_BUFFER)) {
      Response response = client.getBlob(repository, digest);
      if (response.status() != 200) {
        response.expect(200);
      }
      InputStream in = response.body();
      MessageDigest sha256 = Image.sha256();
      byte[] piece = new byte[PIECE];
      long left = response.length();
      while (left > 0) {
        int read = in.readNBytes(piece, 0, (int) Math.min(left, PIECE));
        if (read == 0) {
          throw new IOException(left + " bytes did not come");
        }
        sha256.update(piece, 0, read);
        left -= read;
        pause(read);
      }
      if (!Image.digest(sha256).equals(digest)) {
        throw new IOException("the bytes that came are not those of the blob");
      }
    }
  }

  /**
   * Uploads a blob that differs from the others.
   *
   * @param seed what it begins with
   */
  void upload(byte[] blob, long seed) throws IOException, InterruptedException {
    byte[] first = ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
    MessageDigest sha256 = Image.sha256();
    sha256.update(first);
    sha256.update(blob, first.length, blob.length - first.length);
    String digest = Image.digest(sha256);
    try (RegistryClient client = connect(0)) {
      client.pushByPatch(repository, digest, new SlowBody(blob, first));
      if (!client.hasBlob(repository, digest)) {
        throw new IOException("the blob was acknowledged and is not there");
      }
    }
  }

  private RegistryClient connect(int receiveBuffer) throws IOException, InterruptedException {
    connecting.acquire();
    try {
      Connection connection = new Connection(registry.endpoint(), receiveBuffer);
      return registry.client(connection).authorize(repository);
    } finally {
      connecting.release();
    }
  }

  private void pause(int bytes) throws InterruptedException {
    long left = hurryFrom - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Math.min(left / 1_000_000, bytes * 1000L / BYTES_PER_SECOND));
    }
  }

  private final class SlowBody implements Body {
    private final byte[] blob;
    private final byte[] first;

    SlowBody(byte[] blob, byte[] first) {
      this.blob = blob;
      this.first = first;
    }

    @Override
    public long length() {
      return blob.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(first);
      for (int sent = first.length; sent < blob.length; sent += PIECE) {
        int count = Math.min(PIECE, blob.length - sent);
        out.write(blob, sent, count);
        try {
          pause(count);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException();
        }
      }
    }
  }
}
