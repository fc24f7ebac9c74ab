package dev.breakwater.core.error;

import java.util.Map;

/**
 * The only exception that leaves a use case on purpose. Its message goes to the client: it says
 * what is wrong, with the value, and what to do.
 */
public class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, ?> detail;

  public RegistryException(ErrorCode code, String message) {
    this(code, message, Map.of());
  }

  /**
   * @param detail values for programs; rendered as the {@code detail} object of the OCI envelope
   */
  public RegistryException(ErrorCode code, String message, Map<String, ?> detail) {
    super(message);
    this.code = code;
    this.detail = Map.copyOf(detail);
  }

  public RegistryException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.detail = Map.of();
  }

  public final ErrorCode code() {
    return code;
  }

  public final Map<String, ?> detail() {
    return detail;
  }

  /** An expected answer, not a defect: the stack trace is worth its cost only for server errors. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return code == null || code.status() >= 500 ? super.fillInStackTrace() : this;
  }
}
