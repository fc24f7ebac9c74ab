package dev.breakwater.storage;

/**
 * The program cannot start on this storage. The message is for the operator: one or two sentences
 * that say what is wrong and what to do.
 */
public final class StorageUnusableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageUnusableException(String message) {
    super(message);
  }

  public StorageUnusableException(String message, Throwable cause) {
    super(message, cause);
  }
}
