package dev.breakwater.core.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Hashes bytes on their way into another sink. */
final class HashingSink implements BlobSink {
  private final RunningHash hash;
  private final BlobSink next;

  HashingSink(RunningHash hash, BlobSink next) {
    this.hash = hash;
    this.next = next;
  }

  @Override
  public void write(ByteBuffer[] batch, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      hash.update(batch[i]);
    }
    next.write(batch, count);
  }

  @Override
  public long room(Runnable resume) {
    return next.room(resume);
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
