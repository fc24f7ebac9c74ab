package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Which errors pass, and what a client is told about the others; the log keeps the cause. */
final class S3Errors {
  private S3Errors() {}

  /** Whether the same request may succeed a moment later. */
  static boolean isPassing(Throwable error) {
    return switch (error) {
      case S3Exception refused -> refused.isPassing();
      case SSLException _ -> false;
      case IOException _, TimeoutException _, ChannelException _ -> true;
      default -> false;
    };
  }

  /** What is no error of the storage stays what it is. */
  static Throwable translate(Throwable error) {
    return switch (error) {
      case S3Exception refused when refused.isFull() ->
          new RegistryException(
              ErrorCode.STORAGE_FULL,
              "the registry's storage is full; nothing was stored: tell its operator, try again"
                  + " later",
              refused);
      case S3Exception refused when !refused.isPassing() ->
          new RegistryException(
              ErrorCode.STORAGE_FAILED,
              "the registry's storage refused; nothing was stored: tell its operator, try again"
                  + " later",
              refused);
      case IOException _, TimeoutException _, ChannelException _ ->
          new RegistryException(
              ErrorCode.UNAVAILABLE,
              "the registry's storage does not answer at the moment; try again in a few seconds",
              error);
      default -> error;
    };
  }
}
