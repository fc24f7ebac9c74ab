package dev.breakwater.core.manifest;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.manifest.ManifestRemovals.Doomed;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Manifests and tag lookups in memory.
 *
 * <p>This replica's own changes are seen at once: they drop the entry after the commit. Dropping
 * also detaches a lookup that is still running, so an answer that was read before the commit cannot
 * come in after it. Other replicas' changes are heard, see {@link ManifestNews}, and seen within
 * {@link #LIFETIME} if they are not. Absence is not cached: a push at another replica is seen by
 * the next request.
 */
public final class ManifestCache {
  static final Duration LIFETIME = Duration.ofSeconds(4);

  /** Small beside the heap: the largest manifest takes an eighth of it. */
  private static final long MAX_BYTES = 32L * 1024 * 1024;

  private final ManifestRepository manifests;
  private final Consumer<RepositoryName> changed;
  private volatile BiConsumer<RepositoryName, List<String>> others = (_, _) -> {};
  private volatile BiFunction<RepositoryName, List<String>, Mono<Void>> spreading =
      (_, _) -> Mono.empty();
  private final AsyncCache<TagKey, Optional<Digest>> tags =
      Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(LIFETIME).buildAsync();
  private final AsyncCache<DigestKey, Optional<StoredManifest>> contents =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher(ManifestCache::weight)
          .expireAfterWrite(LIFETIME)
          .buildAsync();

  /**
   * @param changed is told of each change of this replica
   */
  public ManifestCache(ManifestRepository manifests, Consumer<RepositoryName> changed) {
    this.manifests = manifests;
    this.changed = changed;
  }

  /**
   * Whom to tell of each change of this replica: the repository, and its tags and digests.
   *
   * @param listener is told of every change, soon
   * @param spread is told at once what {@link #spread} is for; nothing named: all of the repository
   */
  void tell(
      BiConsumer<RepositoryName, List<String>> listener,
      BiFunction<RepositoryName, List<String>, Mono<Void>> spread) {
    others = listener;
    spreading = spread;
  }

  /**
   * Tells the other replicas at once what a client has deleted, and completes when they have
   * forgotten it. To be waited for before the client is answered: it may ask any of them next.
   * Never an error, and never long.
   */
  Mono<Void> spread(RepositoryName repository, List<Doomed> gone) {
    return spreading.apply(
        repository,
        gone.stream()
            .flatMap(manifest ->
                Stream.concat(
                    Stream.of(manifest.digest().toString()),
                    manifest.tags().stream().map(Tag::value)))
            .toList());
  }

  /** The same for a whole repository. */
  Mono<Void> spread(RepositoryName repository) {
    return spreading.apply(repository, List.of());
  }

  /** The same for a tag. */
  Mono<Void> spread(RepositoryName repository, Tag tag) {
    return spreading.apply(repository, List.of(tag.value()));
  }

  Mono<Digest> resolve(RepositoryName repository, Tag tag) {
    TagKey key = new TagKey(repository, tag);
    return cached(tags, key, manifests.resolve(repository, tag));
  }

  Mono<StoredManifest> find(RepositoryName repository, Digest digest) {
    DigestKey key = new DigestKey(repository, digest);
    return cached(contents, key, manifests.find(repository, digest));
  }

  /** A manifest is new or gone, and tags moved to it or went with it. */
  public void forget(RepositoryName repository, Digest digest, List<Tag> moved) {
    changed.accept(repository);
    contents.synchronous().invalidate(new DigestKey(repository, digest));
    moved.forEach(tag -> tags.synchronous().invalidate(new TagKey(repository, tag)));
    others.accept(
        repository,
        Stream.concat(Stream.of(digest.toString()), moved.stream().map(Tag::value)).toList());
  }

  /** A tag moved or is gone. */
  public void forget(RepositoryName repository, Tag tag) {
    changed.accept(repository);
    tags.synchronous().invalidate(new TagKey(repository, tag));
    others.accept(repository, List.of(tag.value()));
  }

  /** Another replica moved or deleted this tag. */
  void heard(RepositoryName repository, Tag tag) {
    tags.synchronous().invalidate(new TagKey(repository, tag));
  }

  /** Another replica has this manifest new, or deleted it. */
  void heard(RepositoryName repository, Digest digest) {
    contents.synchronous().invalidate(new DigestKey(repository, digest));
  }

  /** Another replica changed more of this repository than it could name. */
  void heard(RepositoryName repository) {
    tags.asMap().keySet().removeIf(key -> key.repository().equals(repository));
    contents.asMap().keySet().removeIf(key -> key.repository().equals(repository));
  }

  /** Nobody knows what was missed. */
  void forgetAll() {
    tags.synchronous().invalidateAll();
    contents.synchronous().invalidateAll();
  }

  private static <K, V> Mono<V> cached(AsyncCache<K, Optional<V>> cache, K key, Mono<V> lookup) {
    return Mono.defer(
            () -> {
              CompletableFuture<Optional<V>> found =
                  cache.get(
                      key,
                      (_, _) ->
                          lookup.map(Optional::of).defaultIfEmpty(Optional.empty()).toFuture());
              return Mono.fromFuture(found, true)
                  .doOnNext(value -> dropAbsent(cache, key, found, value));
            })
        .flatMap(Mono::justOrEmpty);
  }

  private static <K, V> void dropAbsent(
      AsyncCache<K, Optional<V>> cache,
      K key,
      CompletableFuture<Optional<V>> found,
      Optional<V> value) {
    if (value.isEmpty()) {
      cache.asMap().remove(key, found);
    }
  }

  private static int weight(DigestKey key, Optional<StoredManifest> value) {
    return 200 + value.map(manifest -> manifest.bytes().length).orElse(0);
  }

  private record TagKey(RepositoryName repository, Tag tag) {}

  private record DigestKey(RepositoryName repository, Digest digest) {}
}
