package dev.breakwater.storage.blob.opendal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The memory of all downloads, handed out first come first served. While more than half of it is
 * free, a reader gets several units for one request to the service; else it gets one. So the half
 * is left for many readers that take their time.
 */
final class ReadMemory {
  static final int UNIT = 256 * 1024;

  /** For one request. */
  private static final int MOST = 16;

  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private final int half;
  private int free;

  /**
   * @param bytes in all
   */
  ReadMemory(int bytes) {
    this.free = Math.max(1, bytes / UNIT);
    this.half = free / 2;
  }

  /** Some memory, given back once by whoever gets it. */
  final class Grant {
    private final int units;
    private final int bytes;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    private Grant(int units, long wanted) {
      this.units = units;
      this.bytes = (int) Math.min(wanted, (long) units * UNIT);
    }

    /** How many may be read. */
    int bytes() {
      return bytes;
    }

    /** Nothing happens the second time. */
    void giveBack() {
      if (givenBack.compareAndSet(false, true)) {
        ReadMemory.this.giveBack(units);
      }
    }
  }

  /**
   * Waits for it if need be.
   *
   * @param wanted in bytes, at least 1; the grant may be for less
   */
  Mono<Grant> take(long wanted) {
    return Mono.<Grant>create(
            sink -> {
              Waiter waiter = new Waiter(sink, wanted);
              sink.onDispose(() -> forget(waiter));
              Grant now = grantOrWait(waiter);
              if (now != null) {
                sink.success(now);
              }
            })
        .doOnDiscard(Grant.class, Grant::giveBack);
  }

  /** How many units nobody holds. */
  synchronized int free() {
    return free;
  }

  private synchronized @Nullable Grant grantOrWait(Waiter waiter) {
    if (free == 0 || !waiting.isEmpty()) {
      waiting.add(waiter);
      return null;
    }
    return grant(waiter.wanted());
  }

  /** Under the monitor. */
  private Grant grant(long wanted) {
    long needed = (wanted + UNIT - 1) / UNIT;
    int units = (int) Math.clamp(needed, 1, Math.clamp(free - half, 1, MOST));
    free -= units;
    return new Grant(units, wanted);
  }

  private synchronized void forget(Waiter waiter) {
    waiting.remove(waiter);
  }

  private void giveBack(int units) {
    List<Runnable> served = new ArrayList<>();
    synchronized (this) {
      free += units;
      while (free > 0 && !waiting.isEmpty()) {
        Waiter next = waiting.removeFirst();
        Grant grant = grant(next.wanted());
        served.add(() -> next.sink().success(grant));
      }
    }
    served.forEach(Runnable::run);
  }

  private record Waiter(MonoSink<Grant> sink, long wanted) {}
}
