package dev.breakwater.http.app.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.breakwater.http.app.config.LogFormat;
import dev.breakwater.http.app.config.LogLevel;
import dev.breakwater.http.app.config.LogSettings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up in code: there is no file that could be forgotten in a jar, and reading one would
 * cost a tenth of a second at each start.
 *
 * <p>Lines go to standard error, as text or JSON, through a queue that never makes its caller wait:
 * callers are event loops. When the queue is nearly full, lines below a warning are left out.
 */
public final class Logging {
  private static final int QUEUE = 8192;
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n%rootException";

  /** They warn, with stack traces, of what any client can cause: resets, odd bytes, old TLS. */
  private static final List<String> CLIENTS_FAULTS =
      List.of(
          "io.netty.channel.DefaultChannelPipeline",
          "io.netty.handler.ssl.ApplicationProtocolNegotiationHandler",
          "reactor.netty.http.server.HttpServerOperations",
          "reactor.netty.channel.ChannelOperationsHandler");

  private Logging() {}

  /** Before the settings are known: warnings, as text. */
  public static void start() {
    configure(context(), new LogSettings(LogFormat.TEXT, LogLevel.WARN));
  }

  public static void configure(LogSettings settings) {
    configure(context(), settings);
  }

  static void configure(LoggerContext context, LogSettings settings) {
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context, settings.format()));
    console.start();

    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUE);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(2000);
    queue.addAppender(console);
    queue.start();

    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries(settings.level()));
    context.getLogger("dev.breakwater").setLevel(Level.valueOf(settings.level().name()));
    if (settings.level() != LogLevel.DEBUG && settings.level() != LogLevel.TRACE) {
      CLIENTS_FAULTS.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    }
  }

  /** Writes what is still in the queue, and stops. */
  public static void stop() {
    context().stop();
  }

  /** Libraries have much to say that is of no use here. */
  private static Level libraries(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN, INFO -> Level.WARN;
      case DEBUG -> Level.INFO;
      case TRACE -> Level.DEBUG;
    };
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
    return switch (format) {
      case TEXT -> text(context);
      case JSON -> json(context);
    };
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
