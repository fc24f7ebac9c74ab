package dev.breakwater.storage.blob.s3;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.HeldNetwork;
import dev.breakwater.storage.blob.ObjectStoreContract;
import dev.breakwater.storage.blob.ProbeProcess;
import dev.breakwater.storage.blob.TestSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What the driver promises beyond {@link ObjectStoreContract}, on each server. */
abstract class S3StoreContract extends ObjectStoreContract<S3Server, S3BlobStore, S3Stores> {
  @Override
  protected final S3Stores makeStores() {
    return new S3Stores();
  }

  @Override
  protected final List<String> leftOver() {
    return server().leftOver(stores().root());
  }

  @Override
  protected final ProbeProcess startPush(List<String> push, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>(List.of(stores().root()));
    arguments.addAll(push);
    return ProbeProcess.start(S3Push.class, arguments, environment);
  }

  /** The service has put the parts together, and nobody was told. */
  @Override
  protected final void holdClosing(HeldNetwork network) {
    network.holdAnswersTo("POST ");
  }

  @Test
  void keepsAPushOfAWholeBlobThatLastsLongerThanUploadsMayStand() {
    byte[] content = Bodies.random(13 * MIB, 10);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    UploadId upload = UploadId.random();
    CompletableFuture<Long> received = new CompletableFuture<>();
    Sinks.Empty<Void> admitted = Sinks.empty();
    Function<Long, Mono<Void>> verify =
        size -> {
          received.complete(size);
          return admitted.asMono();
        };
    CompletableFuture<Long> pushing =
        store().storeWhole(upload, digest, Bodies.of(content), verify).toFuture();
    assertThat(received).succeedsWithin(Duration.ofSeconds(20));
    Instant later = Instant.now().plus(Duration.ofHours(30));
    TestSession.touched(stores().database(), upload, later);

    store().removeStaleUploads(Duration.ofHours(1), later).block();
    admitted.tryEmitEmpty();

    assertThat(pushing).succeedsWithin(Duration.ofSeconds(20));
    assertThat(Blobs.read(store(), digest)).isEqualTo(content);
  }
}
