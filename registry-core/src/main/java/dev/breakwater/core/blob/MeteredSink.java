package dev.breakwater.core.blob;

import dev.breakwater.core.quota.UploadSpace;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets bytes pass only after the project's quota has room for them. */
final class MeteredSink extends PassingSink {
  private final UploadSpace room;

  MeteredSink(UploadSpace room, BlobSink next) {
    super(next);
    this.room = room;
  }

  @Override
  public void write(ByteBuffer[] batch, int count) throws IOException {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += batch[i].remaining();
    }
    room.accept(bytes);
    next.write(batch, count);
  }
}
