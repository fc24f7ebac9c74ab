package dev.breakwater.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.notification.Broadcast;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class ManifestNewsTest {
  private static final RepositoryName APP = RepositoryName.parse("team/app");
  private static final RepositoryName OTHER = RepositoryName.parse("team/other");
  private static final Tag LATEST = Tag.parse("latest");
  private static final Digest OLD = digest(1);
  private static final Digest NEW = digest(2);

  private final Rows rows = new Rows();
  private final Air air = new Air();
  private final ManifestCache here = new ManifestCache(rows, () -> {});
  private final ManifestCache there = new ManifestCache(rows, () -> {});
  private final ManifestNews news = new ManifestNews(air, air, here);
  private final ManifestNews others = new ManifestNews(air, air, there);

  @BeforeEach
  void listen() {
    news.run().subscribe();
    others.run().subscribe();
    rows.tags.put(APP + ":latest", OLD);
    rows.tags.put(OTHER + ":latest", OLD);
    assertThat(resolve(there, APP)).isEqualTo(OLD);
    assertThat(resolve(there, OTHER)).isEqualTo(OLD);
  }

  @Test
  void tellsOtherReplicasWhichTagMoved() {
    rows.tags.put(APP + ":latest", NEW);
    rows.tags.put(OTHER + ":latest", NEW);
    here.forget(APP, NEW, List.of(LATEST));
    assertThat(resolve(there, APP)).isEqualTo(OLD);

    news.flush().block();

    assertThat(resolve(there, APP)).isEqualTo(NEW);
    assertThat(resolve(there, OTHER)).as("of which nothing was told").isEqualTo(OLD);
  }

  @Test
  void tellsAtOnceWhatAClientDeleted() {
    rows.tags.remove(APP + ":latest");
    here.forget(APP, LATEST);

    here.spread(APP, LATEST).block();

    assertThat(there.resolve(APP, LATEST).blockOptional()).isEmpty();
    assertThat(resolve(there, OTHER)).isEqualTo(OLD);
  }

  @Test
  void answersADeletionAlthoughNobodyCanBeTold() {
    air.away = true;

    assertThat(here.spread(APP, LATEST).blockOptional()).isEmpty();
  }

  @Test
  void sendsFewNotificationsForManyPushes() {
    rows.tags.put(APP + ":latest", NEW);
    for (int i = 0; i < 10_000; i++) {
      here.forget(APP, digest(i), List.of(LATEST, Tag.parse("v" + i)));
    }

    news.flush().block();

    assertThat(air.sent).hasSizeLessThanOrEqualTo(16).allMatch(text -> text.length() <= 7000);
    assertThat(resolve(there, APP)).isEqualTo(NEW);
    assertThat(news.flush().blockOptional()).isEmpty();
  }

  @Test
  void forgetsEverythingAfterAGapAndAtWhatItCannotRead() {
    rows.tags.put(APP + ":latest", NEW);
    air.signals.tryEmitNext(new Notifications.Signal.Gap());
    assertThat(resolve(there, APP)).isEqualTo(NEW);

    rows.tags.put(APP + ":latest", OLD);
    air.send(Notifications.MANIFESTS, "a newer one\nteam/app md7:what?").block();
    assertThat(resolve(there, APP)).isEqualTo(OLD);
  }

  @Test
  void goesOnAfterNewsCouldNotBeSent() {
    air.away = true;
    here.forget(APP, LATEST);
    news.flush().block();

    air.away = false;
    rows.tags.put(APP + ":latest", NEW);
    here.forget(APP, LATEST);
    news.flush().block();

    assertThat(resolve(there, APP)).isEqualTo(NEW);
  }

  private static Digest resolve(ManifestCache cache, RepositoryName repository) {
    return cache.resolve(repository, LATEST).blockOptional().orElseThrow();
  }

  private static Digest digest(int number) {
    return Digest.compute(DigestAlgorithm.SHA256, new byte[] {(byte) number, (byte) (number >> 8)});
  }

  /** Carries at once, to all. */
  private static final class Air implements Notifications, Broadcast {
    private final Sinks.Many<Signal> signals = Sinks.many().multicast().directBestEffort();
    private final List<String> sent = new ArrayList<>();
    private boolean away;

    @Override
    public Flux<Signal> listen(String channel) {
      return signals.asFlux();
    }

    @Override
    public Mono<Void> send(String channel, String payload) {
      return away
          ? Mono.error(new IllegalStateException("away"))
          : Mono.fromRunnable(() -> {
            sent.add(payload);
            signals.tryEmitNext(new Signal.Message(payload));
          });
    }
  }

  private static final class Rows implements ManifestRepository {
    private final Map<String, Digest> tags = new HashMap<>();

    @Override
    public Mono<Digest> resolve(RepositoryName repository, Tag tag) {
      return Mono.fromCallable(() -> tags.get(repository + ":" + tag));
    }

    @Override
    public Mono<StoredManifest> find(RepositoryName repository, Digest digest) {
      return Mono.empty();
    }

    @Override
    public Mono<List<Referrer>> referrers(
        RepositoryName repository,
        Digest subject,
        List<String> artifactTypes,
        Optional<Digest> after,
        int limit) {
      return Mono.just(List.of());
    }
  }
}
