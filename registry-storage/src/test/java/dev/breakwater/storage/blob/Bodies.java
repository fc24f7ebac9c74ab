package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobContent;
import dev.breakwater.core.blob.BlobSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Bytes for tests. */
public final class Bodies {
  private Bodies() {}

  public static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  public static BlobBody of(byte[] content) {
    return sink ->
        Mono.fromCallable(() -> {
          try {
            sink.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 1);
          } finally {
            sink.close();
          }
          return (long) content.length;
        });
  }

  /** In pieces, on a worker, as a request's bytes come; stops between them when cancelled. */
  public static BlobBody slow(byte[] content, int piece, Scheduler worker) {
    return sink ->
        Mono.<Long>create(
                result -> {
                  boolean[] cancelled = new boolean[1];
                  result.onCancel(() -> cancelled[0] = true);
                  try {
                    for (int at = 0; at < content.length && !cancelled[0]; at += piece) {
                      int length = Math.min(piece, content.length - at);
                      sink.write(new ByteBuffer[] {ByteBuffer.wrap(content, at, length)}, 1);
                    }
                  } catch (Exception e) {
                    result.error(e);
                  } finally {
                    close(sink);
                  }
                  result.success((long) content.length);
                })
            .subscribeOn(worker);
  }

  private static void close(BlobSink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] read(BlobContent content) {
    try (content) {
      BlobContent.Streamed streamed = (BlobContent.Streamed) content;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      streamed
          .read(0, content.size())
          .doOnNext(chunk -> {
            byte[] part = new byte[chunk.bytes().remaining()];
            chunk.bytes().get(part);
            bytes.writeBytes(part);
            chunk.discard();
          })
          .blockLast();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
