package dev.breakwater.core.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes bytes as they arrive. Blocking is allowed and is how a slow destination slows its source:
 * the methods are called one after the other on an I/O worker, never on an event loop.
 */
public interface BlobSink {
  /** Consumes and forgets. */
  BlobSink NOWHERE =
      new BlobSink() {
        @Override
        public void write(ByteBuffer[] batch, int count) {
          for (int i = 0; i < count; i++) {
            batch[i].position(batch[i].limit());
          }
        }

        @Override
        public void close() {}
      };

  /**
   * Consumes every remaining byte. The buffers belong to the caller again when the call returns.
   *
   * @param batch the first {@code count} elements are to be consumed in order
   */
  void write(ByteBuffer[] batch, int count) throws IOException;

  /**
   * How many bytes {@link #write} takes at the moment without waiting for its destination. A source
   * that can pause asks for it and writes no more; others just write.
   *
   * @param resume run once, on any thread, when there is room again after 0 was returned; it must
   *     not block
   */
  default long room(Runnable resume) {
    return Long.MAX_VALUE;
  }

  /** Called exactly once, last: the bytes ended, broke off or a write failed. */
  void close() throws IOException;
}
