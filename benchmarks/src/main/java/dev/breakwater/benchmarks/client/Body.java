package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

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
    @Override
    public void writeTo(OutputStream out) throws IOException {
      sendTo(Channels.newChannel(out));
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
}
