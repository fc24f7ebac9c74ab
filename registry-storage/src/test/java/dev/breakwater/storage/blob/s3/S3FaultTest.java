package dev.breakwater.storage.blob.s3;

import static dev.breakwater.storage.blob.ObjectStores.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.blob.Blobs;
import dev.breakwater.storage.blob.Bodies;
import dev.breakwater.storage.blob.Toxiproxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of pushes and pulls when the network or the server does what it should not. */
@EnabledIf("isWanted")
@Timeout(60)
class S3FaultTest {
  private static VersityGateway server;
  private static Toxiproxy network;
  private static S3Stores stores;

  private BlobStore store;

  static boolean isWanted() {
    return VersityGateway.isWanted() && Toxiproxy.isWanted();
  }

  @BeforeAll
  static void start() {
    server = new VersityGateway();
    network = Toxiproxy.before(server.endpoint());
    stores = new S3Stores();
  }

  @AfterAll
  static void stop() {
    stores.close();
    network.close();
    server.close();
  }

  @BeforeEach
  void open() {
    stores.begin();
    store = stores.open(network.endpoint());
  }

  @AfterEach
  void heal() {
    network.heal();
    assertThat(stores.partsTaken()).isZero();
  }

  @Test
  void resumesADownloadThatIsCutOffAgainAndAgain() {
    byte[] content = Bodies.random(20 * MIB, 1);
    Digest digest = Blobs.push(store, content);

    network.cutAfter(6 * MIB, "downstream");

    assertThat(Blobs.read(store, digest)).isEqualTo(content);
  }

  @Test
  void sendsAPartAgainWhenItsConnectionIsResetInTheMiddle() {
    byte[] content = Bodies.random(12 * MIB, 2);
    UploadId upload = UploadId.random();
    store.append(upload, 0, Bodies.of(Bodies.random(1, 2))).block();

    network.cutAfter(3 * MIB, "upstream");
    Mono<Void> healing = Mono.delay(Duration.ofMillis(700)).doOnNext(_ -> network.heal()).then();
    Mono<Long> append = store.append(upload, 0, Bodies.of(content));

    assertThat(Mono.zip(append, healing.thenReturn(true), (size, _) -> size).block())
        .isEqualTo(12 * MIB);
    assertThat(Blobs.read(store, Blobs.close(store, upload, content))).isEqualTo(content);
  }

  @Test
  void waitsForAServerThatComesBack() {
    byte[] content = Bodies.random(6 * MIB, 3);
    Digest digest = Blobs.push(store, content);

    server.program().kill();
    Mono<Long> stat = store.stat(digest);
    Disposable restart =
        Mono.delay(Duration.ofMillis(500)).doOnNext(_ -> server.program().restart()).subscribe();

    assertThat(stat.block()).isEqualTo(6 * MIB);
    assertThat(Blobs.read(store, digest)).isEqualTo(content);
    restart.dispose();
  }

  @Test
  void saysThatTheStorageDoesNotAnswer() {
    Digest digest = Blobs.push(store, Bodies.random(1000, 4));

    network.disable();

    Mono<Throwable> stat = failure(store.stat(digest));
    Mono<Throwable> append = failure(store.append(UploadId.random(), 0, Bodies.of(new byte[] {1})));

    assertThat(Flux.merge(stat, append).collectList().block())
        .hasSize(2)
        .allSatisfy(error ->
            assertThat(error)
                .isInstanceOfSatisfying(
                    RegistryException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"upstream", "downstream"})
  void takesANarrowNetworkAsItIs(String direction) {
    byte[] content = Bodies.random(7 * MIB, 5);

    network.bandwidth(4096, direction);
    network.latency(Duration.ofMillis(50));

    assertThat(Blobs.read(store, Blobs.push(store, content))).isEqualTo(content);
  }

  private static Mono<Throwable> failure(Mono<Long> attempt) {
    return attempt.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
  }
}
