package dev.breakwater.http.server;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.netty.channel.AbortedException;

/**
 * Decides what a client is told of an error that a handler ended with, and what the log is told.
 */
final class InternalErrors {
  private static final Logger log = LoggerFactory.getLogger(InternalErrors.class);

  private InternalErrors() {}

  /** Whether it only says that the client has gone: there is nobody to answer. */
  static boolean isDisconnect(Throwable error) {
    return AbortedException.isConnectionReset(error)
        || error instanceof AbortedException
        || error instanceof ClosedChannelException
        || (error instanceof IOException && "Connection reset by peer".equals(error.getMessage()));
  }

  static RegistryException toClient(Throwable thrown, String requestId) {
    Throwable error = Exceptions.unwrap(thrown);
    if (error instanceof RegistryException expected) {
      logServerError(expected, requestId);
      return expected;
    }
    if (error instanceof ReadTimeoutException) {
      return new RegistryException(
          ErrorCode.REQUEST_TIMEOUT, "the request's body stopped coming; send it again");
    }
    log.error("internal error, request {}", requestId, error);
    return new RegistryException(
        ErrorCode.UNKNOWN,
        "internal error; the server's log has the reason under request id " + requestId);
  }

  /**
   * The answer had begun when the error came: the connection ends, and the client sees that the
   * answer is not whole.
   */
  static void logBrokenAnswer(Exception error, String requestId) {
    log.warn("the answer to request {} broke off: {}", requestId, error.toString());
  }

  /** Nobody can be answered: what came broke the rules of HTTP/2. */
  static void logMalformed(Exception error, String requestId) {
    log.info("request {} was malformed: {}", requestId, error.getMessage());
  }

  private static void logServerError(RegistryException error, String requestId) {
    if (error.code().status() < 500) {
      return;
    }
    Throwable cause = error.getCause();
    log.error(
        "request {} failed: {}{}",
        requestId,
        error.getMessage(),
        cause == null ? "" : ": " + cause);
  }
}
