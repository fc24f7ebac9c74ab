package dev.breakwater.core.blob;

import java.io.IOException;

/** Hands bytes on to another sink, after a look at them. */
abstract class PassingSink implements BlobSink {
  /** Where they go. */
  protected final BlobSink next;

  PassingSink(BlobSink next) {
    this.next = next;
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
