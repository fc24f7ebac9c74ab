package dev.breakwater.core.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.notification.AcknowledgedBroadcast;
import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.LivingReplicas;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.Notifications.Signal;
import dev.breakwater.core.notification.Payloads;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells the caches of the other replicas which manifests and tags have changed here and which links
 * of blobs have gone, and the caches of this one what has changed there.
 *
 * <p>A change only puts a line into a queue; {@link #flush} sends what has gathered, a few
 * notifications for any number of pushes, so that no push waits for one. What is lost on the way
 * (the replica died, nobody could be reached) ends by itself, {@link ManifestCache#LIFETIME} after
 * it was read. The queue is bounded: beyond it, whole repositories are named, which costs the
 * others some look-ups.
 *
 * <p>What a client deletes is told at once, and answered when every other living replica has
 * forgotten it, see {@link AcknowledgedBroadcast}: the client may ask any of them next. It is told
 * once more with the rest.
 *
 * <p>A payload is the sender's id (of such a message, with its number behind a {@code #}) and lines
 * of {@code repository} or {@code repository item...}; an item is a tag or the digest of a manifest
 * or blob. A repository alone: anything in it.
 */
public final class ManifestNews {
  private static final Logger log = LoggerFactory.getLogger(ManifestNews.class);
  private static final int MAX_QUEUED = 2000;
  private static final int MAX_LINE = 2000;
  private static final int MAX_PAYLOADS = 16;

  /** For how long a deletion waits for the other replicas. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String sender;
  private final Notifications notifications;
  private final Broadcast broadcast;
  private final ManifestCache cache;
  private final LinkCache links;
  private final AcknowledgedBroadcast deletions;
  private final ConcurrentLinkedQueue<Change> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();

  /**
   * From now on the caches tell of each change.
   *
   * @param replica the id of this one, as it is among the living
   */
  public ManifestNews(
      String replica,
      Notifications notifications,
      Broadcast broadcast,
      LivingReplicas living,
      ManifestCache cache,
      LinkCache links) {
    this.sender = replica;
    this.notifications = notifications;
    this.broadcast = broadcast;
    this.cache = cache;
    this.links = links;
    this.deletions =
        new AcknowledgedBroadcast(
            replica, Notifications.MANIFESTS, notifications, broadcast, living, PATIENCE);
    cache.tell(this::changed, this::spread);
    links.tell((repository, digest) -> spread(repository, List.of(digest.toString())));
  }

  private void changed(RepositoryName repository, List<String> items) {
    boolean full = queued.incrementAndGet() > MAX_QUEUED;
    String line = String.join(" ", items);
    queue.add(new Change(repository.value(), full || line.length() > MAX_LINE ? "" : line));
  }

  private Mono<Void> spread(RepositoryName repository, List<String> items) {
    String line = String.join(" ", items);
    return deletions.tell(
        line.isEmpty() || line.length() > MAX_LINE ? repository.value() : repository + " " + line);
  }

  private Mono<Void> nobodyWasTold(Exception error) {
    log.debug("other replicas were not told of changes: {}", error.toString());
    return Mono.empty();
  }

  /** Listens until it is cancelled. */
  public Mono<Void> run() {
    return Mono.when(
        notifications.listen(Notifications.MANIFESTS).doOnNext(this::hear), deletions.run());
  }

  /** Sends what has gathered. Never an error. */
  public Mono<Void> flush() {
    return Mono.defer(() ->
        Flux.fromIterable(payloads(drain()))
            .concatMap(payload -> broadcast.send(Notifications.MANIFESTS, payload))
            .then()
            .onErrorResume(Exception.class, this::nobodyWasTold));
  }

  private Map<String, Set<String>> drain() {
    Map<String, Set<String>> lines = new LinkedHashMap<>();
    for (Change change = queue.poll(); change != null; change = queue.poll()) {
      queued.decrementAndGet();
      lines.computeIfAbsent(change.repository(), _ -> new LinkedHashSet<>()).add(change.items());
    }
    return lines;
  }

  /** Exactly, if that is little; else by repositories. */
  private List<String> payloads(Map<String, Set<String>> changes) {
    List<String> exact = new ArrayList<>();
    changes.forEach((repository, items) -> {
      if (items.contains("")) {
        exact.add(repository);
      } else {
        items.forEach(line -> exact.add(repository + " " + line));
      }
    });
    List<String> payloads = pack(exact);
    return payloads.size() <= MAX_PAYLOADS ? payloads : pack(List.copyOf(changes.keySet()));
  }

  private List<String> pack(List<String> lines) {
    return Payloads.parts(sender.getBytes(UTF_8).length, lines, line -> line).stream()
        .map(part -> Payloads.payload(sender, part.stream()))
        .toList();
  }

  private void hear(Signal signal) {
    switch (signal) {
      case Signal.Gap _ -> forgetAll();
      case Signal.Message(String payload) -> {
        String[] lines = payload.split("\n", -1);
        if (!lines[0].startsWith(sender)) {
          Stream.of(lines).skip(1).forEach(this::forget);
          deletions.done(lines[0]);
        }
      }
    }
  }

  private void forget(String line) {
    List<String> words = List.of(line.split(" ", -1));
    try {
      RepositoryName repository = RepositoryName.parse(words.getFirst());
      List<String> items = words.subList(1, words.size());
      if (items.isEmpty()) {
        cache.heard(repository);
        links.forget(repository);
      } else {
        items.forEach(item -> forget(repository, item));
      }
    } catch (RegistryException e) {
      log.warn("another replica, perhaps a newer one, tells of what this one cannot read", e);
      forgetAll();
    }
  }

  private void forget(RepositoryName repository, String item) {
    if (item.indexOf(':') >= 0) {
      Digest digest = Digest.parse(item);
      cache.heard(repository, digest);
      links.forget(repository, digest);
    } else {
      cache.heard(repository, Tag.parse(item));
    }
  }

  private void forgetAll() {
    cache.forgetAll();
    links.forgetAll();
  }

  private record Change(String repository, String items) {}
}
