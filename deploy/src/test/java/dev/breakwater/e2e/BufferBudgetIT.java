package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory does not grow with load: 200 uploads at once finish although there is direct memory for a
 * fraction of them only. {@code -De2e.buffer.mebibytes=64} makes them larger.
 */
class BufferBudgetIT {
  private static final int UPLOADS = 200;
  private static final int MEBIBYTES = Integer.getInteger("e2e.buffer.mebibytes", 8);

  /** The heap, direct memory, and what the virtual machine needs for itself. */
  private static final long MOST_MEMORY = 900L << 20;

  @TempDir private Path directory;

  @Test
  void finishesTwoHundredUploadsAtOnceInLittleDirectMemory() throws Exception {
    byte[] content = new byte[MEBIBYTES << 20];
    try (BreakwaterProcess breakwater =
            BreakwaterProcess.in(directory)
                .withJavaOptions("-XX:MaxDirectMemorySize=256m")
                .start();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        long number = i;
        answers.add(clients.submit(() -> push(breakwater, number, content)));
      }

      for (Future<String> answer : answers) {
        assertThat(answer.get()).startsWith("HTTP/1.1 201");
      }
      assertThat(breakwater.metric("breakwater_direct_memory_bytes")).isLessThan(256L << 20);
      assertThat(breakwater.peakMemory()).isLessThan(MOST_MEMORY);
    }
  }

  /** One request with the digest and all bytes; the status line of its answer. */
  private static String push(BreakwaterProcess breakwater, long number, byte[] content)
      throws IOException {
    byte[] first = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    try (Socket socket = new Socket("127.0.0.1", breakwater.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(head(breakwater, digest(first, content), first.length + (long) content.length));
      out.write(first);
      out.write(content);
      out.flush();
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .readLine();
    }
  }

  private static byte[] head(BreakwaterProcess breakwater, String digest, long length) {
    return ("POST /v2/library/budget/blobs/uploads/?digest=%s HTTP/1.1\r\n"
            + "Host: %s\r\nAuthorization: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n")
        .formatted(digest, breakwater.registry(), breakwater.admin().authorization(), length)
        .getBytes(US_ASCII);
  }

  private static String digest(byte[] first, byte[] content) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(first);
      return "sha256:" + HexFormat.of().formatHex(hash.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
