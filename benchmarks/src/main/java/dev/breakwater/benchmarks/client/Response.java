package dev.breakwater.benchmarks.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The answer to a request. */
public final class Response {
  private static final int CHUNKED = -1;
  private static final int PIECE = 128 * 1024;

  private final int status;
  private final Map<String, String> headers;
  private final InputStream in;
  private final long length;

  private Response(int status, Map<String, String> headers, InputStream in, long length) {
    this.status = status;
    this.headers = headers;
    this.in = in;
    this.length = length;
  }

  static Response read(InputStream in, String method) throws IOException {
    String[] first = line(in).split(" ", 3);
    if (first.length < 2) {
      throw new IOException("not an HTTP answer: " + String.join(" ", first));
    }
    int status = Integer.parseInt(first[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (status == 100) {
      return read(in, method);
    }
    return new Response(status, headers, in, length(method, status, headers));
  }

  private static long length(String method, int status, Map<String, String> headers) {
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return 0;
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return CHUNKED;
    }
    return Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  public int status() {
    return status;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** How many bytes the body has, when that was said. */
  public long length() {
    return length;
  }

  /** The body, not decoded: for answers of a known length. */
  public InputStream body() {
    return in;
  }

  public byte[] bytes() throws IOException {
    if (length != CHUNKED) {
      return in.readNBytes(Math.toIntExact(length));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      all.writeBytes(in.readNBytes(size));
      line(in);
      if (size == 0) {
        return all.toByteArray();
      }
    }
  }

  /** Reads the body and forgets it. */
  public Response discard() throws IOException {
    if (length == CHUNKED) {
      bytes();
    } else {
      // To skip, a stream of TLS would read through a small buffer.
      byte[] piece = new byte[(int) Math.min(length, PIECE)];
      for (long left = length; left > 0; ) {
        int read = in.read(piece, 0, (int) Math.min(left, piece.length));
        if (read < 0) {
          throw new EOFException(left + " bytes of the body did not come");
        }
        left -= read;
      }
    }
    return this;
  }

  /** Reads the body, and throws it unless the status is the one expected. */
  public Response expect(int expected) throws IOException {
    byte[] body = bytes();
    if (status != expected) {
      throw new IOException(
          "status "
              + status
              + " instead of "
              + expected
              + ": "
              + new String(body, StandardCharsets.UTF_8).strip());
    }
    return this;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection was closed by the registry");
      }
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
  }
}
