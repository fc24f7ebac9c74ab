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
    if (error instanceof IllegalArgumentException malformed && isQuery(malformed)) {
      return new RegistryException(
          ErrorCode.BAD_REQUEST, "the request's query is not well-formed; check its %-escapes");
    }
    log.error("internal error, request {}", requestId, error);
    return new RegistryException(
        ErrorCode.UNKNOWN,
        "internal error; the server's log has the reason under request id " + requestId);
  }

  /** Thrown by the query decoder for broken percent escapes. */
  private static boolean isQuery(IllegalArgumentException error) {
    StackTraceElement[] trace = error.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().contains("QueryStringDecoder");
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
