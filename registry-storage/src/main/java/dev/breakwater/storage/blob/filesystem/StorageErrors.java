package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.io.IOException;
import java.util.Locale;

/** Turns what the file system says into what a client is told; the log keeps the cause. */
final class StorageErrors {
  private StorageErrors() {}

  static RegistryException translate(IOException cause) {
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left") || reason.contains("quota exceeded")) {
      return new RegistryException(
          ErrorCode.STORAGE_FULL,
          "the registry's storage is full; nothing was stored: tell its operator, try again later",
          cause);
    }
    return new RegistryException(
        ErrorCode.STORAGE_FAILED,
        "the registry's storage failed; nothing was stored: tell its operator, try again later",
        cause);
  }
}
