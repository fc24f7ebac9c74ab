package dev.breakwater.core.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** The content of a stored blob, open for reading. */
public sealed interface BlobContent extends AutoCloseable {
  /** In bytes. */
  long size();

  @Override
  void close() throws IOException;

  /** A file of the local file system; it can be sent without passing through the program. */
  record LocalFile(FileChannel channel, long size) implements BlobContent {
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
