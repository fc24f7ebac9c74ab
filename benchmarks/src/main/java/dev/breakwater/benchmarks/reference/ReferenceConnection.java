package dev.breakwater.benchmarks.reference;

import dev.breakwater.benchmarks.reference.ReferenceStore.Manifest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One connection: reads requests and answers them until the other side closes it. */
final class ReferenceConnection {
  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private final ReferenceStore store;
  private final InputStream in;
  private final OutputStream out;

  ReferenceConnection(SocketChannel channel, ReferenceStore store) throws IOException {
    this.channel = channel;
    this.store = store;
    this.in = new BufferedInputStream(channel.socket().getInputStream(), 16 * 1024);
    this.out = channel.socket().getOutputStream();
  }

  void serve() throws IOException {
    for (Optional<String> first = line(); first.isPresent(); first = line()) {
      String[] words = first.get().split(" ", 3);
      long length = 0;
      for (String line = needed(); !line.isEmpty(); line = needed()) {
        if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          length = Long.parseLong(line.substring(15).strip());
        }
      }
      answer(words[0], words[1], length);
    }
  }

  /** {@code /v2/NAME/KIND/REFERENCE}, or {@code /v2/NAME/blobs/uploads/ID}. */
  private void answer(String method, String target, long length) throws IOException {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    int last = path.lastIndexOf('/');
    int middle = path.lastIndexOf('/', Math.max(0, last - 1));
    String tail = path.substring(last + 1);
    String kind = path.substring(middle + 1, Math.max(middle + 1, last));
    String front = path.substring(0, Math.max(0, middle));
    switch (kind) {
      case "blobs" -> blob(method, tail);
      case "uploads" -> upload(method, front + "/uploads/", tail, target, length);
      case "manifests" -> manifest(method, front, tail, length);
      default -> send(200, "", NOTHING);
    }
  }

  private void blob(String method, String digest) throws IOException {
    Path file = store.blob(digest);
    if (!Files.exists(file)) {
      send(404, "", NOTHING);
    } else if (method.equals("HEAD")) {
      head(200, "", Files.size(file));
    } else {
      try (FileChannel source = FileChannel.open(file)) {
        long length = source.size();
        head(200, "", length);
        for (long sent = 0; sent < length; ) {
          sent += source.transferTo(sent, length - sent, channel);
        }
      }
    }
  }

  private void upload(String method, String uploads, String id, String target, long length)
      throws IOException {
    String used = method.equals("POST") ? store.begin() : id;
    store.append(used, in, length);
    if (method.equals("PUT")) {
      String digest = target.substring(target.indexOf("digest=") + "digest=".length());
      boolean right = store.commit(used, URLDecoder.decode(digest, StandardCharsets.UTF_8));
      send(right ? 201 : 400, "", NOTHING);
    } else {
      send(202, "Location: " + uploads + used + "\r\n", NOTHING);
    }
  }

  private void manifest(String method, String repository, String reference, long length)
      throws IOException {
    if (method.equals("PUT")) {
      byte[] bytes = in.readNBytes(Math.toIntExact(length));
      Manifest put = store.put(repository, reference, bytes);
      send(201, "Docker-Content-Digest: " + put.digest() + "\r\n", NOTHING);
      return;
    }
    Optional<Manifest> found = store.manifest(repository, reference);
    if (found.isEmpty()) {
      send(404, "", NOTHING);
    } else {
      String headers = "Docker-Content-Digest: " + found.get().digest() + "\r\n";
      if (method.equals("HEAD")) {
        head(200, headers, found.get().bytes().length);
      } else {
        send(200, headers, found.get().bytes());
      }
    }
  }

  private void send(int status, String headers, byte[] body) throws IOException {
    byte[] head = text(status, headers, body.length);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    out.write(all);
  }

  private void head(int status, String headers, long length) throws IOException {
    out.write(text(status, headers, length));
  }

  private static byte[] text(int status, String headers, long length) {
    return ("HTTP/1.1 " + status + " -\r\n" + headers + "Content-Length: " + length + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private String needed() throws IOException {
    return line().orElseThrow(() -> new IOException("closed within a request"));
  }

  private Optional<String> line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        return Optional.of(line.toString());
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return Optional.empty();
  }
}
