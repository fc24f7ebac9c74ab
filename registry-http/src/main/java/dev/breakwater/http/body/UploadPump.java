package dev.breakwater.http.body;

import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.channel.AbortedException;
import reactor.util.concurrent.Queues;

/**
 * Moves a request's body from the event loop to a blocking sink.
 *
 * <p>Buffers must not go through {@code publishOn}: it loses them when a request is aborted. So
 * this is a subscriber with a queue of its own:
 *
 * <ul>
 *   <li>The event loop retains each buffer, puts it into the queue and, if no worker is running,
 *       schedules one. {@code work} counts what happened since: whoever raises it from 0 schedules.
 *   <li>One worker at a time takes buffers out in batches, asks the client for as many more at once
 *       (before it writes: the next batch travels while this one is hashed), writes, and releases.
 *   <li>End, error and cancellation only set a flag and count as work. The worker sees the flag, so
 *       the sink is written and closed by workers alone, the queue is always emptied, and every
 *       buffer is released exactly once.
 * </ul>
 *
 * <p>After cancellation, or once a write has failed, what is left in the queue is dropped. What had
 * arrived before the client broke off is written: the upload can be resumed behind it.
 *
 * <p>At most {@link #WINDOW} buffers are asked for and not yet written, and no more than the sink
 * has room for. A slow client fills one small buffer at a time, and each is written at once, so its
 * share of the memory is small. While the sink has no room nothing is asked for, no worker waits,
 * and the client is not blamed for being silent.
 */
public final class UploadPump implements CoreSubscriber<ByteBuf>, Runnable {
  private static final Logger log = LoggerFactory.getLogger(UploadPump.class);

  /** How many buffers are under way for one upload; with 256 KiB each at most 4 MiB. */
  static final int WINDOW = 16;

  private static final int MAX_BATCH_BYTES = 512 * 1024;

  /** How large one buffer may be. */
  private static final int MAX_BUFFER_BYTES = 256 * 1024;

  private final BlobSink sink;
  private final Executor workers;
  private final MonoSink<Long> result;
  private final TransferMetrics metrics;
  private final Queue<ByteBuf> queue = Queues.<ByteBuf>unbounded(WINDOW).get();
  private final AtomicInteger work = new AtomicInteger();

  private volatile @Nullable Subscription upstream;
  private volatile boolean ended;
  private volatile boolean cancelled;
  private volatile boolean finished;
  private volatile boolean paused;
  private volatile @Nullable Throwable failure;
  private volatile long lastArrival = System.nanoTime();
  private volatile @Nullable Disposable stallCheck;

  // Used by the running worker alone.
  private final List<ByteBuf> batch = new ArrayList<>();
  private ByteBuffer[] views = new ByteBuffer[WINDOW];
  private @Nullable ByteBuf next;
  private long written;
  private long asked = WINDOW;
  private long taken;

  private UploadPump(
      BlobSink sink, Executor workers, MonoSink<Long> result, TransferMetrics metrics) {
    this.sink = sink;
    this.workers = workers;
    this.result = result;
    this.metrics = metrics;
  }

  /**
   * @param body the request's buffers, released by their owner when {@code onNext} returns
   * @param workers runs the blocking writes
   * @param stallTimeout how long no byte may come while we wait for one
   * @param timer checks for stalls
   * @return how many bytes were written, when all of them are
   */
  static Mono<Long> pump(
      Flux<ByteBuf> body,
      BlobSink sink,
      Executor workers,
      Duration stallTimeout,
      Scheduler timer,
      TransferMetrics metrics) {
    return Mono.create(result -> {
      UploadPump pump = new UploadPump(sink, workers, result, metrics);
      metrics.uploadStarted();
      result.onDispose(pump::dispose);
      body.subscribe(pump);
      pump.watch(timer, stallTimeout);
    });
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    subscription.request(WINDOW);
  }

  @Override
  public void onNext(ByteBuf buffer) {
    lastArrival = System.nanoTime();
    metrics.queued(buffer.readableBytes());
    queue.add(buffer.retain());
    schedule();
  }

  /** What the connection says is not taken for an error of the sink. */
  @Override
  public void onError(Throwable error) {
    failure = error instanceof IOException ? new AbortedException(error) : error;
    ended = true;
    schedule();
  }

  @Override
  public void onComplete() {
    ended = true;
    schedule();
  }

  @Override
  public void run() {
    int seen = work.get();
    do {
      drain();
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private void dispose() {
    Disposable check = stallCheck;
    if (check != null) {
      check.dispose();
    }
    if (!finished) {
      cancelled = true;
      cancelUpstream();
      schedule();
    }
  }

  private void watch(Scheduler timer, Duration stallTimeout) {
    long limit = stallTimeout.toNanos();
    long period = Math.max(1, stallTimeout.toMillis() / 4);
    Disposable check =
        timer.schedulePeriodically(
            () -> failIfStalled(limit), period, period, TimeUnit.MILLISECONDS);
    stallCheck = check;
    if (finished || cancelled) {
      check.dispose();
    }
  }

  /**
   * Nothing came although we asked, and nothing is waiting for the disk: the client has stalled.
   */
  private void failIfStalled(long limit) {
    if (!ended && !paused && work.get() == 0 && System.nanoTime() - lastArrival > limit) {
      cancelUpstream();
      onError(
          new RegistryException(
              ErrorCode.REQUEST_TIMEOUT,
              "the body stopped coming; ask for the upload's status and go on from there"));
    }
  }

  private void schedule() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    try {
      workers.execute(this);
    } catch (RejectedExecutionException e) {
      failure = e;
      releaseAll();
      result.error(e);
    }
  }

  private void drain() {
    // Read before the queue is emptied: whatever came before the end is in the queue now.
    boolean last = ended;
    while (true) {
      if (cancelled || finished) {
        releaseAll();
        break;
      }
      if (!hasMore() && last) {
        break;
      }
      long room = sink.room(this::resume);
      pause(room <= 0);
      if (room <= 0) {
        return;
      }
      long bytes = fillBatch(room);
      askFor(room - bytes);
      if (bytes == 0 && batch.isEmpty()) {
        break;
      }
      writeBatch();
    }
    if ((last || cancelled) && !finished) {
      finish();
    }
  }

  /** The sink has room again: from any thread. */
  private void resume() {
    schedule();
  }

  private void pause(boolean full) {
    if (full != paused) {
      lastArrival = System.nanoTime();
      paused = full;
    }
  }

  private boolean hasMore() {
    return next != null || !queue.isEmpty();
  }

  /** Takes buffers out; the last one is cut where the room ends. */
  private long fillBatch(long room) {
    long most = Math.min(room, MAX_BATCH_BYTES);
    long bytes = 0;
    while (bytes < most) {
      ByteBuf buffer = poll();
      if (buffer == null) {
        break;
      }
      if (buffer.readableBytes() > room - bytes) {
        batch.add(buffer.readRetainedSlice((int) (room - bytes)));
        bytes = room;
        next = buffer;
      } else {
        batch.add(buffer);
        bytes += buffer.readableBytes();
      }
    }
    return bytes;
  }

  private @Nullable ByteBuf poll() {
    ByteBuf buffer = next;
    if (buffer != null) {
      next = null;
      return buffer;
    }
    buffer = queue.poll();
    if (buffer != null) {
      taken++;
    }
    return buffer;
  }

  /** Not one by one: each request travels to the event loop. */
  private void askFor(long room) {
    long window = room >= (long) WINDOW * MAX_BUFFER_BYTES ? WINDOW : smallWindow(room);
    long missing = window - (asked - taken);
    Subscription source = upstream;
    if (source != null && (missing >= WINDOW / 2 || (missing > 0 && asked == taken))) {
      asked += missing;
      source.request(missing);
    }
  }

  private static long smallWindow(long room) {
    return room <= 0 ? 0 : Math.max(1, room / MAX_BUFFER_BYTES);
  }

  private void writeBatch() {
    int bytes = 0;
    try {
      int count = 0;
      for (ByteBuf buffer : batch) {
        bytes += buffer.readableBytes();
        for (ByteBuffer view : buffer.nioBuffers()) {
          count = add(view, count);
        }
      }
      sink.write(views, count);
      written += bytes;
    } catch (IOException | RuntimeException e) {
      failure = e;
      cancelUpstream();
      ended = true;
      finish();
    } finally {
      batch.forEach(ByteBuf::release);
      batch.clear();
      metrics.dequeued(bytes);
    }
  }

  private int add(ByteBuffer view, int count) {
    if (count == views.length) {
      views = Arrays.copyOf(views, count * 2);
    }
    views[count] = view;
    return count + 1;
  }

  private void finish() {
    finished = true;
    try {
      sink.close();
    } catch (IOException | RuntimeException e) {
      if (failure == null) {
        failure = e;
      } else {
        log.debug("the sink did not close either", e);
      }
    }
    metrics.uploadFinished();
    Throwable error = failure;
    if (error == null) {
      result.success(written);
    } else {
      result.error(error);
    }
  }

  private void releaseAll() {
    ByteBuf rest = next;
    if (rest != null) {
      next = null;
      metrics.dequeued(rest.readableBytes());
      rest.release();
    }
    for (ByteBuf buffer = queue.poll(); buffer != null; buffer = queue.poll()) {
      metrics.dequeued(buffer.readableBytes());
      buffer.release();
    }
  }

  private void cancelUpstream() {
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
  }
}
