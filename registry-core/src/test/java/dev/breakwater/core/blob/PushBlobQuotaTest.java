package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.quota.ProjectSpace;
import org.junit.jupiter.api.Test;

final class PushBlobQuotaTest extends InMemoryPush {
  @Test
  void promisesRoomForBytesThatComeAndGivesBackTheRest() {
    quotas.limitTo(100);
    push = newPushBlob();
    UploadId id = begin();

    append(id, "hello");

    assertThat(quotas.promised()).isEqualTo(5);
    finish(id, sha256("hello"), BlobBody.EMPTY);
  }

  @Test
  void promisesRoomToAnUploadAsItBeginsWhereThereIsPlenty() {
    quotas.limitTo(1L << 40);
    push = newPushBlob();
    begin(); // finds out that there is plenty
    long before = quotas.promised();

    UploadId id = begin();
    assertThat(quotas.promised() - before).isEqualTo(ProjectSpace.AHEAD);
    append(id, "hello");
    assertThat(quotas.promised() - before).isEqualTo(ProjectSpace.AHEAD);
  }

  @Test
  void endsAnUploadThatDoesNotFitAndFreesItsRoom() {
    quotas.limitTo(8);
    push = newPushBlob();
    UploadId id = begin();
    append(id, "hello");

    assertFails(() -> append(id, "world"), ErrorCode.QUOTA_EXCEEDED);

    assertThat(quotas.promised()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void refusesToBeginInAFullProject() {
    quotas.limitTo(8);
    quotas.use(8);
    push = newPushBlob();

    assertFails(this::begin, ErrorCode.QUOTA_EXCEEDED);
  }

  @Test
  void freesTheRoomOfAnUploadThatIsCancelled() {
    quotas.limitTo(100);
    push = newPushBlob();
    UploadId id = begin();
    append(id, "hello");

    push.cancel(ADMIN, REPOSITORY, id).block();

    assertThat(quotas.promised()).isZero();
  }
}
