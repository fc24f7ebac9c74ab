package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.StoredPart;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies an object inside the service: at once, or in parts when it is too large for that. */
final class ObjectCopy {
  /** What the service copies at once at most. */
  static final long LARGEST = 5L << 30;

  private static final long PART = 512L << 20;
  private static final int AT_ONCE = 4;

  private final S3Objects objects;
  private final long largest;
  private final long part;

  /**
   * @param largest in bytes, what is copied at once; 5 MiB or more
   */
  ObjectCopy(S3Objects objects, long largest) {
    this.objects = objects;
    this.largest = largest;
    this.part = Math.min(PART, largest);
  }

  Mono<Void> copy(String from, String to, long size) {
    return size <= largest ? objects.copy(from, to) : copyInParts(from, to, size);
  }

  private Mono<Void> copyInParts(String from, String to, long size) {
    return Mono.usingWhen(
        objects.createCopy(to),
        name -> parts(from, to, name, size).flatMap(parts -> objects.complete(to, name, parts)),
        _ -> Mono.empty(),
        (name, _) -> objects.abort(to, name).onErrorComplete(),
        name -> objects.abort(to, name).onErrorComplete());
  }

  private Mono<List<StoredPart>> parts(String from, String to, String name, long size) {
    int count = Math.toIntExact((size + part - 1) / part);
    return Flux.range(0, count)
        .flatMapSequential(
            index -> {
              long first = index * part;
              return objects
                  .copyPart(to, name, index + 1, first, from, first, Math.min(part, size - first))
                  .map(StoredPart::withoutChecksum);
            },
            AT_ONCE)
        .collectList();
  }
}
