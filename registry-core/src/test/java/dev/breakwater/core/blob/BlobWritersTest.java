package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.oci.Digest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

final class BlobWritersTest extends InMemoryPush {
  private static final String LARGE = "x".repeat((int) BlobWriters.WORTH);

  @Test
  void writesOnceWhatSeveralPushAtOnce() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(body(LARGE).drainTo(sink)));

    var second = finishLarge(body(LARGE));
    assertThat(second).as("while the first one writes").isNotDone();
    lastByte.tryEmitEmpty();

    assertThat(first).isCompletedWithValue(sha256(LARGE));
    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(store.appends()).isEqualTo(1);
  }

  @Test
  void looksAtTheBytesOfThoseWhoNeedNotWrite() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(body(LARGE).drainTo(sink)));

    var liar = finishLarge(body(LARGE.replaceFirst("x", "y")));
    lastByte.tryEmitEmpty();

    assertThat(first).isCompleted();
    assertFails(() -> Mono.fromFuture(liar).block(), ErrorCode.DIGEST_INVALID);
  }

  @Test
  void writesInThePlaceOfOneWhoFailed() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(broken("xxx").drainTo(sink)));

    var second = finishLarge(body(LARGE));
    lastByte.tryEmitEmpty();

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(store.stored(sha256(LARGE))).hasSize(LARGE.length());
  }

  @Test
  void doesNotWaitForOneWhoseBytesDoNotCome() {
    var first = finishLarge(_ -> Mono.never());

    var second = finishLarge(body(LARGE));
    assertThat(second).isNotDone();
    timer.advanceTimeBy(BlobWriters.LOOK);

    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(first).isNotDone();
  }

  /** In an upload of its own, in one request. */
  private CompletableFuture<Digest> finishLarge(BlobBody body) {
    return push.finish(
            ADMIN,
            REPOSITORY,
            begin(),
            sha256(LARGE),
            Optional.empty(),
            Optional.of((long) LARGE.length()),
            body)
        .toFuture();
  }
}
