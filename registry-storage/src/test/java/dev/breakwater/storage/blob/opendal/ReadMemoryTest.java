package dev.breakwater.storage.blob.opendal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.storage.blob.opendal.ReadMemory.Grant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class ReadMemoryTest {
  private static final int UNIT = ReadMemory.UNIT;

  private final ReadMemory memory = new ReadMemory(8 * UNIT);

  @Test
  void givesMuchWhileThereIsPlentyAndLittleWhenThereIsNot() {
    assertThat(take(100 * UNIT).bytes()).isEqualTo(4 * UNIT);
    assertThat(take(100 * UNIT).bytes()).isEqualTo(UNIT);
    assertThat(take(100).bytes()).isEqualTo(100);
    assertThat(memory.free()).isEqualTo(2);
  }

  @Test
  void letsReadersWaitInTurn() {
    List<Grant> all = List.of(take(4 * UNIT), take(UNIT), take(UNIT), take(UNIT), take(UNIT));
    List<String> served = new ArrayList<>();
    memory.take(UNIT).subscribe(_ -> served.add("first"));
    memory.take(UNIT).subscribe(_ -> served.add("second"));

    assertThat(served).isEmpty();
    all.get(1).giveBack();
    all.get(1).giveBack();
    assertThat(served).containsExactly("first");
    all.get(2).giveBack();
    assertThat(served).containsExactly("first", "second");
    assertThat(memory.free()).isZero();
  }

  @Test
  void forgetsReadersThatHaveGone() {
    Grant all = take(4 * UNIT);
    List<Grant> rest = List.of(take(UNIT), take(UNIT), take(UNIT), take(UNIT));
    Disposable gone = memory.take(UNIT).subscribe();

    gone.dispose();
    all.giveBack();
    rest.forEach(Grant::giveBack);

    assertThat(memory.free()).isEqualTo(8);
  }

  private Grant take(long wanted) {
    return requireNonNull(memory.take(wanted).block());
  }
}
