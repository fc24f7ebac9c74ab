package dev.breakwater.storage.sql.backup;

/** An export or an import cannot be done; the message is for the operator. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BackupException(String message) {
    super(message);
  }

  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
