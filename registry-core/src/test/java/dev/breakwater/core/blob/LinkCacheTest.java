package dev.breakwater.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.quota.InMemoryQuotaRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class LinkCacheTest {
  private static final RepositoryName APP = RepositoryName.parse("team/app");
  private static final RepositoryName OTHER = RepositoryName.parse("team/other");
  private static final Digest DIGEST =
      Digest.compute(DigestAlgorithm.SHA256, "hello".getBytes(UTF_8));
  private static final LinkedBlob BLOB = new LinkedBlob(5, Instant.MAX, false);

  private final InMemoryBlobRepository blobs =
      new InMemoryBlobRepository(
          new InMemoryUploadRepository(Clock.systemUTC(), new InMemoryQuotaRepository()));
  private final LinkCache links = new LinkCache(blobs);

  @Test
  void asksTheDatabaseOnce() {
    blobs.link(APP, DIGEST, BLOB);

    assertThat(links.find(APP, DIGEST).block()).isEqualTo(BLOB);
    assertThat(links.find(APP, DIGEST).block()).isEqualTo(BLOB);

    assertThat(blobs.lookups()).isEqualTo(1);
    assertThat(links.find(OTHER, DIGEST).blockOptional()).isEmpty();
  }

  @Test
  void seesAtOnceWhatWasMissingOrLost() {
    assertThat(links.find(APP, DIGEST).blockOptional()).isEmpty();
    blobs.link(APP, DIGEST, new LinkedBlob(5, Instant.MAX, true));
    assertThat(links.find(APP, DIGEST).blockOptional()).get().returns(true, LinkedBlob::lost);

    blobs.link(APP, DIGEST, BLOB);

    assertThat(links.find(APP, DIGEST).block()).isEqualTo(BLOB);
  }

  @Test
  void forgetsALinkARepositoryAndAll() {
    blobs.link(APP, DIGEST, BLOB);
    blobs.link(OTHER, DIGEST, BLOB);
    links.find(APP, DIGEST).block();
    links.find(OTHER, DIGEST).block();

    links.forget(APP, DIGEST);
    links.find(APP, DIGEST).block();
    assertThat(blobs.lookups()).isEqualTo(3);
    links.forget(OTHER);
    links.find(OTHER, DIGEST).block();
    links.find(APP, DIGEST).block();
    assertThat(blobs.lookups()).isEqualTo(4);
    links.forgetAll();
    links.find(APP, DIGEST).block();
    assertThat(blobs.lookups()).isEqualTo(5);
  }

  @Test
  void putsNothingBackThatWasLookedUpBeforeTheDeletion() {
    Sinks.One<Void> slow = Sinks.one();
    blobs.link(APP, DIGEST, BLOB);
    blobs.delayLookups(slow.asMono());
    CompletableFuture<LinkedBlob> before = links.find(APP, DIGEST).toFuture();
    blobs.delayLookups(Mono.empty());

    blobs.unlink(APP, DIGEST).block();
    links.forget(APP, DIGEST);
    slow.tryEmitEmpty();

    assertThat(before).isCompletedWithValue(BLOB);
    assertThat(links.find(APP, DIGEST).blockOptional()).isEmpty();
  }
}
