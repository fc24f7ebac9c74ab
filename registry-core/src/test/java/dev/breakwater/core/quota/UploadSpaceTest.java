package dev.breakwater.core.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.transaction.InMemoryTransactions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Bytes whose number nobody said, and those whose number was. */
class UploadSpaceTest {
  private static final long MIB = 1024 * 1024;
  private static final long PROJECT = 7;
  private static final Duration LIFETIME = Duration.ofHours(1);

  private final InMemoryQuotaRepository quotas = new InMemoryQuotaRepository();
  private final UUID upload = UUID.randomUUID();

  @Test
  void promisesBytesOfUnknownNumberInStepsOf16MiB() throws IOException {
    quotas.limitTo(1024 * 1024 * MIB);
    UploadSpace room = room(0);

    room.accept(1);
    assertThat(quotas.promised()).isEqualTo(16 * MIB);
    room.accept(16 * MIB - 1);
    assertThat(quotas.promised()).isEqualTo(16 * MIB);
    room.accept(1);
    assertThat(quotas.promised()).isEqualTo(32 * MIB);
  }

  @Test
  void promisesAtOnceWhatIsLargerThanAStep() throws IOException {
    quotas.limitTo(1024 * 1024 * MIB);

    room(0).accept(20 * MIB);

    assertThat(quotas.promised()).isEqualTo(20 * MIB);
  }

  @Test
  void promisesWhatIsLeftWhereThereIsLessThanAStep() throws IOException {
    quotas.limitTo(20 * MIB);
    UploadSpace room = room(0);

    room.accept(10 * MIB);
    room.accept(8 * MIB);
    assertThat(quotas.promised()).isEqualTo(20 * MIB);
    room.accept(2 * MIB);
    assertThatThrownBy(() -> room.accept(1))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
  }

  @Test
  void givesBackTheRestOfAStepWhereRoomIsScarce() throws IOException {
    quotas.limitTo(100 * MIB);
    UploadSpace room = room(0);
    room.accept(5 * MIB);

    room.giveBack().block();

    assertThat(quotas.promised()).isEqualTo(5 * MIB);
  }

  @Test
  void promisesBytesOfAKnownNumberAndNoMore() throws IOException {
    quotas.limitTo(1024 * 1024 * MIB);
    UploadSpace room = room(0);

    room.expect(3 * MIB).block();
    room.accept(3 * MIB);

    assertThat(quotas.promised()).isEqualTo(3 * MIB);
  }

  @Test
  void goesOnWithWhatAnEarlierRequestWasPromised() throws IOException {
    quotas.limitTo(1024 * 1024 * MIB);
    room(0).accept(5 * MIB);

    room(5 * MIB).accept(11 * MIB);

    assertThat(quotas.promised()).isEqualTo(16 * MIB);
  }

  private UploadSpace room(long received) {
    ProjectSpace space =
        new ProjectSpace(
            quotas,
            new InMemoryTransactions(),
            new QuotaAlarm(quotas, new InMemoryTransactions(), (_, _) -> Mono.empty()),
            Mono.just(true),
            Clock.systemUTC());
    return Objects.requireNonNull(
        space.forUpload(PROJECT, upload, received, false, LIFETIME).block());
  }
}
