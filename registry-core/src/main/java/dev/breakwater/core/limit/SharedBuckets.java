package dev.breakwater.core.limit;

import reactor.core.publisher.Mono;

/**
 * Buckets that all replicas take from. Each is full at first and fills up again with time. A store
 * that forgets one is forgiving, never strict.
 */
@FunctionalInterface
public interface SharedBuckets {
  /** Where replicas count for themselves. */
  SharedBuckets NONE = (_, _, _) -> Mono.empty();

  /**
   * Takes one from a bucket.
   *
   * @param key names the bucket; not shown to anybody
   * @param burst how many a full one holds
   * @param perSecond how fast it fills
   * @return what is left; empty when that cannot be known at the moment. Never an error
   */
  Mono<Double> take(String key, double burst, double perSecond);
}
