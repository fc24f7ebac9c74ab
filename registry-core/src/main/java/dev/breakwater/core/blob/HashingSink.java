package dev.breakwater.core.blob;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Hashes bytes on their way into another sink. */
final class HashingSink extends PassingSink {
  private final RunningHash hash;

  HashingSink(RunningHash hash, BlobSink next) {
    super(next);
    this.hash = hash;
  }

  @Override
  public void write(ByteBuffer[] batch, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      hash.update(batch[i]);
    }
    next.write(batch, count);
  }
}
