package dev.breakwater.http.management;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;

/** What the program itself uses: JVM, direct memory, event loops. */
public final class RuntimeMetrics {
  private RuntimeMetrics() {}

  /**
   * @param loops the event loops that answer requests
   */
  public static void bind(MeterRegistry meters, EventLoopGroup loops) {
    new JvmMemoryMetrics().bindTo(meters);
    bindGarbageCollection(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ClassLoaderMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
    meters.gauge("breakwater_direct_memory_bytes", pool, it -> it.metric().usedDirectMemory());
    EventLoopDelay.measure(loops, meters);
  }

  /** Lives as long as the program does. */
  @SuppressWarnings("resource")
  private static void bindGarbageCollection(MeterRegistry meters) {
    new JvmGcMetrics().bindTo(meters);
  }
}
