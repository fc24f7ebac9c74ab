package dev.breakwater.core.blob;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import reactor.core.publisher.Flux;

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

  /** Bytes that come from another machine. */
  non-sealed interface Streamed extends BlobContent {
    /**
     * Reads a part; may be called several times, one after the other. A connection that breaks is
     * replaced without anybody noticing.
     *
     * @param length at least 1
     * @return chunks, which belong to whoever gets them
     */
    Flux<Chunk> read(long first, long length);
  }

  /** It is elsewhere: whoever asked may get it there himself. */
  record Elsewhere(URI location, long size) implements BlobContent {
    @Override
    public void close() {}

    /** Whoever has the location can read the blob. */
    @Override
    public String toString() {
      return "Elsewhere[" + location.getHost() + ", " + size + "]";
    }
  }

  /** Some bytes on their way; released exactly once by whoever got them. */
  interface Chunk {
    ByteBuffer bytes();

    /** The bytes must not be looked at afterwards. */
    void discard();
  }
}
