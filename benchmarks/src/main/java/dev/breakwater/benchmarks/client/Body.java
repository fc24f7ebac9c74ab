package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** What goes into a request. */
public interface Body {
  Body NONE = new FromBytes(new byte[0]);

  /** In bytes. */
  long length();

  void writeTo(OutputStream out) throws IOException;

  /** Bytes in memory. */
  record FromBytes(byte[] bytes) implements Body {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(bytes);
    }
  }

  /** A file, which the kernel copies to a plain socket. */
  record FromFile(Path file, long length) implements Body {
    private static final int PIECE = 128 * 1024;

    /** In pieces that fill whole records of TLS. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] piece = new byte[PIECE];
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          out.write(piece, 0, read);
        }
      }
    }

    void sendTo(WritableByteChannel target) throws IOException {
      try (FileChannel source = FileChannel.open(file)) {
        long sent = 0;
        while (sent < length) {
          sent += source.transferTo(sent, length - sent, target);
        }
      }
    }
  }

  /** Bytes that many bodies share, but for the first eight of them. */
  record Stamped(byte[] shared, long stamp) implements Body {
    private static final int PIECE = 128 * 1024;

    @Override
    public long length() {
      return shared.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(head());
      // A large piece would be copied at once before it is sent.
      for (int at = Long.BYTES; at < shared.length; at += PIECE) {
        out.write(shared, at, Math.min(PIECE, shared.length - at));
      }
    }

    /** What the layer is addressed by. */
    public String digest() {
      MessageDigest sha256 = Image.sha256();
      sha256.update(head());
      sha256.update(shared, Long.BYTES, shared.length - Long.BYTES);
      return Image.digest(sha256);
    }

    private byte[] head() {
      return ByteBuffer.allocate(Long.BYTES).putLong(stamp).array();
    }
  }
}
