package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import reactor.core.publisher.Mono;

/**
 * Puts pieces together as one object. What fits into one piece is written at once; the rest is
 * streamed, piece by piece, by a few threads of its own, which block. More wait for them, so memory
 * does not grow with load.
 */
final class Assembly implements AutoCloseable {
  private static final int THREADS = 4;

  private final CloudObjects objects;
  private final ObjectWriter writer;
  private final ExecutorService threads;

  Assembly(CloudObjects objects, ObjectWriter writer) {
    this.objects = objects;
    this.writer = writer;
    ThreadFactory factory = Thread.ofPlatform().name("cloud-write-", 1).daemon().factory();
    this.threads = Executors.newFixedThreadPool(THREADS, factory);
  }

  /**
   * Goes on when nobody waits for it any more: an object that has been begun is better finished.
   *
   * @param expected what the bytes must be, or nothing is written; empty: whatever they are
   */
  Mono<Void> write(String key, List<Piece> pieces, Optional<Digest> expected) {
    return switch (pieces.size()) {
      case 0 -> objects.write(key, new byte[0]);
      case 1 -> writeAtOnce(key, pieces.getFirst(), expected);
      default -> stream(key, pieces, expected);
    };
  }

  private Mono<Void> writeAtOnce(String key, Piece piece, Optional<Digest> expected) {
    return objects
        .read(piece.key(), piece.first(), piece.length())
        .flatMap(bytes -> Mono.fromCallable(() -> require(expected, bytes)))
        .flatMap(bytes -> objects.write(key, bytes));
  }

  private static byte[] require(Optional<Digest> expected, byte[] bytes) throws IOException {
    if (expected.isPresent()) {
      Digest actual = Digest.compute(expected.get().algorithm(), bytes);
      if (!actual.equals(expected.get())) {
        throw new IOException(
            "the stored piece of blob " + expected.get() + " has the digest " + actual);
      }
    }
    return bytes;
  }

  private Mono<Void> stream(String key, List<Piece> pieces, Optional<Digest> expected) {
    Mono<Void> once =
        Mono.fromFuture(
                () -> CompletableFuture.runAsync(() -> streamNow(key, pieces, expected), threads),
                true)
            .onErrorMap(UncheckedIOException.class, UncheckedIOException::getCause);
    return writer.isRepeatable() ? once.retryWhen(Operators.again()) : once;
  }

  private void streamNow(String key, List<Piece> pieces, Optional<Digest> expected) {
    long size = pieces.stream().mapToLong(Piece::length).sum();
    try (InputStream source = new PieceStream(objects, pieces, expected)) {
      writer.write(key, size, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
