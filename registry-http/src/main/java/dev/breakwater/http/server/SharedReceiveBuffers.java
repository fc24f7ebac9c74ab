package dev.breakwater.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Sizes receive buffers by how much comes, as Netty does, but no larger than all uploads together
 * can afford: alone an upload gets {@link #LARGEST}, hundreds share {@link #BUDGET}. For each
 * upload some {@link #BUFFERS} buffers may be under way: those that were asked for and those that
 * the HTTP library holds back.
 */
final class SharedReceiveBuffers implements RecvByteBufAllocator {
  static final int LARGEST = 256 * 1024;
  private static final int SMALLEST = 2048;
  private static final int INITIAL = 16 * 1024;
  private static final int BUFFERS = 48;
  private static final long BUDGET = 96L * 1024 * 1024;

  private final RecvByteBufAllocator adaptive =
      new AdaptiveRecvByteBufAllocator(SMALLEST, INITIAL, LARGEST);
  private final IntSupplier uploads;

  /**
   * @param uploads how many uploads are running
   */
  SharedReceiveBuffers(IntSupplier uploads) {
    this.uploads = uploads;
  }

  @Override
  @SuppressWarnings("deprecation")
  public Handle newHandle() {
    return new SharingHandle(adaptive.newHandle());
  }

  private int limit() {
    long share = BUDGET / (BUFFERS * Math.max(1L, uploads.getAsInt()));
    return (int) Math.clamp(share, SMALLEST, LARGEST);
  }

  private final class SharingHandle extends DelegatingHandle implements ExtendedHandle {
    SharingHandle(Handle adaptive) {
      super(adaptive);
    }

    @Override
    public int guess() {
      return Math.min(delegate().guess(), limit());
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return ((ExtendedHandle) delegate()).continueReading(maybeMore);
    }
  }
}
