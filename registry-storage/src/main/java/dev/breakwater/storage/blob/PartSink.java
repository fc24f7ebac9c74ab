package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.error.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Gathers bytes into parts and ships each one when it is full. At most two parts are held: one is
 * filled while another one travels, or both travel.
 *
 * <p>A worker writes and closes; parts arrive from {@link PartMemory} and shipments end on any
 * thread. Everything that both sides look at is guarded by this object's monitor, and nobody is
 * called while it is held but {@link PartMemory}, which calls nobody back.
 *
 * <ul>
 *   <li>Without a part in hand, {@link #room} asks for one and says 0; whoever asked is resumed
 *       when it comes. {@link #write} waits for it instead.
 *   <li>A shipment that failed ends the writing: {@code room} lets the next {@code write} through,
 *       which throws the failure.
 *   <li>A shipment goes on whatever becomes of the request: it is what the upload can be resumed
 *       behind.
 *   <li>{@link #release} gives back what is in hand, and whatever may still come.
 * </ul>
 */
public final class PartSink implements BlobSink, PartMemory.Taker {
  private static final int MOST_TRAVELLING = 2;

  private final PartMemory memory;
  private final Shipper shipper;
  private final Sinks.Empty<Void> begun = Sinks.empty();
  private final Sinks.Empty<Void> ended = Sinks.empty();

  private @Nullable ByteBuffer filling;
  private @Nullable Runnable resume;
  private @Nullable Throwable failure;
  private long first;
  private int travelling;
  private boolean waiting;
  private boolean touched;
  private boolean closed;
  private boolean released;

  /** Takes full parts away. */
  public interface Shipper {
    /**
     * @param first the position of the part's first byte in the whole
     * @param part from its position to its limit; used until this completes
     */
    Mono<Void> ship(long first, ByteBuffer part);
  }

  /**
   * @param first the position of the first byte that will be written
   */
  public PartSink(PartMemory memory, Shipper shipper, long first) {
    this.memory = memory;
    this.shipper = shipper;
    this.first = first;
  }

  /**
   * Takes a body in. Nothing of it is read before the first part is in hand, and all memory is
   * given back however it ends.
   *
   * @param workers where a body is drained that does not choose a thread itself: it may block
   * @param begin what comes before the first byte, with a part in hand
   * @param finish what makes the bytes count; it is told how many came
   * @param giveUp what is done instead if any of that fails or is cancelled, and may fail itself;
   *     for {@link #end} it is told whether the source has said that it ended
   * @return how many bytes came
   */
  public Mono<Long> drain(
      BlobBody body,
      Scheduler workers,
      Mono<Void> begin,
      LongFunction<Mono<Void>> finish,
      Function<Boolean, Mono<Void>> giveUp) {
    return Mono.usingWhen(
        Mono.just(this),
        sink ->
            sink.ready()
                .then(begin)
                .then(Mono.defer(() -> body.drainTo(sink)).subscribeOn(workers))
                .delayUntil(finish::apply),
        sink -> Mono.fromRunnable(sink::release),
        (_, _) -> giveUp.apply(true).onErrorComplete(),
        _ -> giveUp.apply(false).onErrorComplete());
  }

  private Mono<Void> ready() {
    return Mono.defer(() -> hasPart() ? Mono.empty() : begun.asMono());
  }

  /** Puts bytes in front that were received before; they fit into the first part. */
  public synchronized void preload(byte[] bytes) {
    if (filling == null) {
      throw new IllegalStateException("there is no part yet");
    }
    filling.put(bytes);
  }

  @Override
  public synchronized long room(Runnable whenThereIs) {
    if (failure != null || closed) {
      return Long.MAX_VALUE;
    }
    if (filling == null) {
      want();
    }
    if (filling == null) {
      resume = whenThereIs;
      return 0;
    }
    return filling.remaining();
  }

  @Override
  public void write(ByteBuffer[] batch, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      while (batch[i].hasRemaining()) {
        ByteBuffer part = awaitPart();
        int length = Math.min(part.remaining(), batch[i].remaining());
        part.put(batch[i].slice(batch[i].position(), length));
        batch[i].position(batch[i].position() + length);
        if (!part.hasRemaining()) {
          ship();
        }
      }
    }
  }

  @Override
  public void close() {
    boolean idle;
    synchronized (this) {
      closed = true;
      idle = travelling == 0;
    }
    if (idle) {
      ended.tryEmitEmpty();
    }
  }

  /**
   * Completes when nothing comes and no part travels any more, with the failure of one.
   *
   * @param drained whether the source has said that it ended; if not, it will close what it wrote
   *     to
   */
  public Mono<Void> end(boolean drained) {
    return Mono.fromRunnable(
            () -> {
              if (drained) {
                close();
              } else {
                closeUnlessWritten();
              }
            })
        .then(ended.asMono())
        .then(Mono.defer(this::outcome));
  }

  /** If nobody ever wrote, the source does not close either. */
  private void closeUnlessWritten() {
    boolean unused;
    synchronized (this) {
      unused = !touched;
    }
    if (unused) {
      close();
    }
  }

  /** What is too small for a part: from its position to its limit. */
  public synchronized ByteBuffer rest() {
    return filling == null ? ByteBuffer.allocate(0) : filling.asReadOnlyBuffer().flip();
  }

  /** The position of the rest's first byte. */
  public synchronized long restFirst() {
    return first;
  }

  /** Everything was done with the bytes; called last, at least once. */
  public void release() {
    ByteBuffer part;
    synchronized (this) {
      closed = true;
      released = true;
      part = filling;
      filling = null;
      memory.stopWaiting(this);
      notifyAll();
    }
    if (part != null) {
      memory.giveBack(part);
    }
  }

  @Override
  public void take(ByteBuffer part) {
    Runnable next = null;
    boolean unwanted;
    synchronized (this) {
      waiting = false;
      unwanted = released || failure != null;
      if (!unwanted) {
        filling = part;
        next = takeResume();
      }
      notifyAll();
    }
    if (unwanted) {
      memory.giveBack(part);
    }
    begun.tryEmitEmpty();
    if (next != null) {
      next.run();
    }
  }

  private synchronized boolean hasPart() {
    want();
    return filling != null;
  }

  /** Under the monitor. */
  private void want() {
    if (filling == null && !waiting && !released && travelling < MOST_TRAVELLING) {
      filling = memory.takeOrWait(this);
      waiting = filling == null;
    }
  }

  private synchronized ByteBuffer awaitPart() throws IOException {
    touched = true;
    while (true) {
      throwIfFailed();
      want();
      if (filling != null) {
        return filling;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for memory", e);
      }
    }
  }

  private void throwIfFailed() throws IOException {
    switch (failure) {
      case null -> {}
      case RegistryException known -> throw known;
      case Throwable error -> throw new IOException("a part could not be stored", error);
    }
    if (closed) {
      throw new IOException("the upload was given up");
    }
  }

  private void ship() {
    ByteBuffer part;
    long begin;
    synchronized (this) {
      part = filling;
      if (part == null) {
        return;
      }
      filling = null;
      travelling++;
      begin = first;
      first += part.position();
    }
    part.flip();
    CompletableFuture<Void> shipment = Mono.defer(() -> shipper.ship(begin, part)).toFuture();
    shipment.whenComplete((_, error) -> arrived(part, error));
  }

  private void arrived(ByteBuffer part, @Nullable Throwable error) {
    memory.giveBack(part);
    Runnable next = null;
    boolean last;
    synchronized (this) {
      travelling--;
      if (error != null && failure == null) {
        failure = error;
      }
      if (failure == null && resume != null) {
        want();
      }
      if (failure != null || filling != null) {
        next = takeResume();
      }
      last = closed && travelling == 0;
      notifyAll();
    }
    if (next != null) {
      next.run();
    }
    if (last) {
      ended.tryEmitEmpty();
    }
  }

  private @Nullable Runnable takeResume() {
    Runnable next = resume;
    resume = null;
    return next;
  }

  private synchronized Mono<Void> outcome() {
    return failure == null ? Mono.empty() : Mono.error(failure);
  }
}
