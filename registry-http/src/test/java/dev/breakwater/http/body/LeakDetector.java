package dev.breakwater.http.body;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Collects what Netty's leak detector says, at its paranoid level as long as this is open: it tells
 * where a lost buffer was used last, too. Outside of it tests look for leaks without that, which
 * takes half the time.
 */
public final class LeakDetector implements AutoCloseable {
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger =
      (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class.getName());

  private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

  public LeakDetector() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    appender.start();
    logger.addAppender(appender);
  }

  /**
   * The leaks that were found so far. A leak shows when the lost buffer has been collected and
   * another one is made.
   */
  public List<String> leaks() {
    for (int i = 0; i < 5; i++) {
      System.gc();
      for (int j = 0; j < 200; j++) {
        ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        probe.release();
      }
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    ResourceLeakDetector.setLevel(before);
  }
}
