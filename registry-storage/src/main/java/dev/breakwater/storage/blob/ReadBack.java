package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.Pace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What is done with bytes that the service gives back, on workers and step by step. */
public final class ReadBack {
  private ReadBack() {}

  /** Hands them to a sink, which is closed then. */
  public static Mono<Void> into(BlobSink sink, Flux<byte[]> steps, Scheduler workers) {
    return steps
        .publishOn(workers, 1)
        .concatMap(bytes -> Mono.fromCallable(() -> write(sink, bytes)), 0)
        .then()
        .doFinally(_ -> closeQuietly(sink));
  }

  /** Their digest; no faster than at this pace. */
  public static Mono<Digest> hash(
      DigestAlgorithm algorithm, Flux<byte[]> steps, Pace pace, Scheduler workers) {
    return Mono.defer(() -> {
      MessageDigest hash = algorithm.newMessageDigest();
      return steps
          .publishOn(workers, 1)
          .doOnNext(hash::update)
          .concatMap(bytes -> pace.take(bytes.length), 0)
          .then(Mono.fromSupplier(() -> Digest.of(algorithm, hash.digest())));
    });
  }

  private static byte[] write(BlobSink sink, byte[] bytes) throws IOException {
    sink.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 1);
    return bytes;
  }

  private static void closeQuietly(BlobSink sink) {
    try {
      sink.close();
    } catch (IOException e) {
      throw new IllegalStateException("a sink that only hashes did not close", e);
    }
  }
}
