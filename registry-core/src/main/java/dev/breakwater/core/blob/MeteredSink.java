package dev.breakwater.core.blob;

import dev.breakwater.core.quota.UploadSpace;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets bytes pass only after the project's quota has room for them. */
final class MeteredSink implements BlobSink {
  private final UploadSpace room;
  private final BlobSink next;

  MeteredSink(UploadSpace room, BlobSink next) {
    this.room = room;
    this.next = next;
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

  @Override
  public long room(Runnable resume) {
    return next.room(resume);
  }

  @Override
  public void close() throws IOException {
    next.close();
  }
}
