package dev.breakwater.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.blob.DeleteBlob;
import dev.breakwater.core.blob.InMemoryBlobRepository;
import dev.breakwater.core.blob.InMemoryUploadRepository;
import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.notification.Air;
import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.quota.InMemoryQuotaRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
  private final ManifestCache here = new ManifestCache(rows, _ -> {});
  private final ManifestCache there = new ManifestCache(rows, _ -> {});
  private final InMemoryBlobRepository blobs =
      new InMemoryBlobRepository(
          new InMemoryUploadRepository(Clock.systemUTC(), new InMemoryQuotaRepository()));
  private final LinkCache linksHere = new LinkCache(blobs);
  private final LinkCache linksThere = new LinkCache(blobs);
  private final ManifestNews news = news("here", here, linksHere);
  private final ManifestNews others = news("there", there, linksThere);
  private Set<String> living = Set.of("here", "there");

  private ManifestNews news(String replica, ManifestCache cache, LinkCache links) {
    return new ManifestNews(replica, air, air, () -> Mono.just(living), cache, links);
  }

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
  void answersADeletionOnlyWhenEveryLivingReplicaHasForgottenIt() {
    living = Set.of("here", "there", "third");

    CompletableFuture<Void> answered = here.spread(APP, LATEST).toFuture();

    assertThat(answered).as("while the third one has not forgotten it").isNotDone();
    air.send(Notifications.ACKNOWLEDGEMENTS, "third\nhere#1").block();
    assertThat(answered).isCompleted();
  }

  @Test
  void putsNothingBackThatWasLookedUpBeforeTheDeletion() {
    Sinks.One<Digest> slow = Sinks.one();
    there.forget(APP, LATEST);
    rows.slow = slow.asMono();
    CompletableFuture<Digest> before = there.resolve(APP, LATEST).toFuture();
    rows.slow = Mono.empty();

    rows.tags.remove(APP + ":latest");
    here.forget(APP, LATEST);
    here.spread(APP, LATEST).block();
    slow.tryEmitValue(OLD);

    assertThat(before).as("it began before the deletion ended").isCompletedWithValue(OLD);
    assertThat(there.resolve(APP, LATEST).blockOptional()).isEmpty();
  }

  @Test
  void tellsOfAWholeRepositoryThatIsGone() {
    rows.tags.remove(APP + ":latest");

    here.spread(APP).block();

    assertThat(there.resolve(APP, LATEST).blockOptional()).isEmpty();
    assertThat(resolve(there, OTHER)).isEqualTo(OLD);
  }

  @Test
  void tellsOfADeletedBlobBeforeTheClientIsAnswered() {
    blobs.link(APP, OLD, new LinkedBlob(1, Instant.MAX, false));
    blobs.link(APP, NEW, new LinkedBlob(1, Instant.MAX, false));
    assertThat(linksThere.find(APP, OLD).blockOptional()).isPresent();
    assertThat(linksThere.find(APP, NEW).blockOptional()).isPresent();

    blobDeletion(linksHere, OLD).block();

    assertThat(linksThere.find(APP, OLD).blockOptional()).isEmpty();
    blobs.unlink(APP, NEW).block();
    assertThat(linksThere.find(APP, NEW).blockOptional()).as("of which nothing came").isPresent();
    here.spread(APP).block();
    assertThat(linksThere.find(APP, NEW).blockOptional()).isEmpty();
  }

  private Mono<Void> blobDeletion(LinkCache links, Digest digest) {
    InMemoryProjectRepository projects = new InMemoryProjectRepository();
    projects.create(ProjectName.parse("team"), false, 1).block();
    Authorizer authorizer =
        new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true));
    Caller admin = Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);
    return new DeleteBlob(authorizer, blobs, links).delete(admin, APP, digest);
  }

  @Test
  void answersADeletionAlthoughNobodyCanBeTold() {
    air.away(true);

    assertThat(here.spread(APP, LATEST).toFuture()).isCompleted();
  }

  @Test
  void sendsFewNotificationsForManyPushes() {
    rows.tags.put(APP + ":latest", NEW);
    for (int i = 0; i < 10_000; i++) {
      here.forget(APP, digest(i), List.of(LATEST, Tag.parse("v" + i)));
    }

    news.flush().block();

    assertThat(air.sent(Notifications.MANIFESTS))
        .hasSizeLessThanOrEqualTo(16)
        .allMatch(text -> text.length() <= 7000);
    assertThat(resolve(there, APP)).isEqualTo(NEW);
    assertThat(news.flush().blockOptional()).isEmpty();
  }

  @Test
  void forgetsEverythingAfterAGapAndAtWhatItCannotRead() {
    rows.tags.put(APP + ":latest", NEW);
    air.gap();
    assertThat(resolve(there, APP)).isEqualTo(NEW);

    rows.tags.put(APP + ":latest", OLD);
    air.send(Notifications.MANIFESTS, "a newer one\nteam/app md7:what?").block();
    assertThat(resolve(there, APP)).isEqualTo(OLD);
  }

  @Test
  void goesOnAfterNewsCouldNotBeSent() {
    air.away(true);
    here.forget(APP, LATEST);
    news.flush().block();

    air.away(false);
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

  private static final class Rows implements ManifestRepository {
    private final Map<String, Digest> tags = new HashMap<>();
    private Mono<Digest> slow = Mono.empty();

    @Override
    public Mono<Digest> resolve(RepositoryName repository, Tag tag) {
      return slow.switchIfEmpty(Mono.fromCallable(() -> tags.get(repository + ":" + tag)));
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
