package dev.breakwater.storage.blob;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the parts of all uploads, handed out in whole parts, first come first served. It is
 * taken from the system when it is first needed and kept.
 */
public final class PartMemory {
  private final int partSize;
  private final int parts;
  private final IntFunction<ByteBuffer> maker;
  private final Deque<ByteBuffer> idle = new ArrayDeque<>();
  private final Set<Taker> waiting = new LinkedHashSet<>();
  private int made;

  /**
   * @param bytes in all; rounded down to whole parts, but two at least
   * @param maker makes a part of a size
   */
  public PartMemory(int partSize, int bytes, IntFunction<ByteBuffer> maker) {
    this.partSize = partSize;
    this.parts = Math.max(2, bytes / partSize);
    this.maker = maker;
  }

  /** Who waits for a part. */
  public interface Taker {
    /** Gets it, on any thread; must not block. */
    void take(ByteBuffer part);
  }

  /** A part now, or null: the taker gets one when its turn comes. */
  public synchronized @Nullable ByteBuffer takeOrWait(Taker taker) {
    ByteBuffer part = idle.poll();
    if (part == null && made < parts) {
      made++;
      part = maker.apply(partSize);
    }
    if (part == null) {
      waiting.add(taker);
    }
    return part;
  }

  /** The taker waits no more; it may be getting its part at this moment. */
  public synchronized void stopWaiting(Taker taker) {
    waiting.remove(taker);
  }

  public void giveBack(ByteBuffer part) {
    part.clear();
    Taker next = nextOrKeep(part);
    if (next != null) {
      next.take(part);
    }
  }

  private synchronized @Nullable Taker nextOrKeep(ByteBuffer part) {
    Iterator<Taker> takers = waiting.iterator();
    if (!takers.hasNext()) {
      idle.push(part);
      return null;
    }
    Taker next = takers.next();
    takers.remove();
    return next;
  }

  /** How many parts uploads hold now. */
  public synchronized int taken() {
    return made - idle.size();
  }

  /** How many uploads wait now. */
  public synchronized int waiting() {
    return waiting.size();
  }
}
