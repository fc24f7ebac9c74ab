package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.oci.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

final class PurgeUploadsTest extends InMemoryPush {
  @Test
  void purgesSessionsThatNobodyTouched() {
    UploadId id = begin();
    append(id, "hello");
    Clock tomorrow = Clock.offset(clock, Duration.ofHours(25));

    Long purged = new PurgeUploads(uploads, push, settings(), tomorrow).purge().block();

    assertThat(purged).isEqualTo(1);
    assertThat(store.uploaded(id).block()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void doesNotPurgeWhatIsBeingWrittenHoweverLongThatTakes() {
    UploadId id = begin();
    append(id, "hello ");
    Sinks.Empty<Void> lastByte = Sinks.empty();
    BlobBody slow = sink -> lastByte.asMono().then(body("world").drainTo(sink));
    CompletableFuture<Digest> pushing =
        push.finish(
                ADMIN,
                REPOSITORY,
                id,
                sha256("hello world"),
                Optional.empty(),
                Optional.empty(),
                slow)
            .toFuture();

    now = now.plus(Duration.ofHours(25));
    Long purged = new PurgeUploads(uploads, push, settings(), clock).purge().block();
    lastByte.tryEmitEmpty();

    assertThat(purged).isZero();
    assertThat(pushing).isCompletedWithValue(sha256("hello world"));
  }
}
