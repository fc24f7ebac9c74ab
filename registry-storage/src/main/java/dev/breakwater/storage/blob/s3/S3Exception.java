package dev.breakwater.storage.blob.s3;

import java.io.IOException;
import java.util.Set;

/** The service refused, or had an error of its own. */
final class S3Exception extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A conflict (409) passes, too: none of our requests contradicts what lies in the bucket for
   * good, but a service may refuse one because of another of the same moment. S3 calls it {@code
   * OperationAborted}; Versity, which removes empty folders, {@code ExistingObjectIsDirectory}.
   */
  private static final Set<Integer> PASSING = Set.of(408, 409, 429, 500, 502, 503, 504);

  private static final Set<String> PASSING_CODES =
      Set.of(
          "SlowDown",
          "InternalError",
          "ServiceUnavailable",
          "RequestTimeout",
          "RequestTimeoutException",
          "Throttling",
          "ThrottlingException",
          "TooManyRequests",
          "ExpiredToken");
  private static final Set<String> FULL =
      Set.of("QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "EntityTooLarge");

  private final int status;
  private final String code;

  private S3Exception(int status, String code, String message) {
    super("S3 answered " + status + " " + code + ": " + message);
    this.status = status;
    this.code = code;
  }

  /** From an answer, whose body may be anything or nothing. */
  static S3Exception of(int status, byte[] body) {
    if (body.length > 0) {
      try {
        return of(status, XmlElement.parse(body));
      } catch (IOException e) {
        return new S3Exception(status, "", "(no document)");
      }
    }
    return new S3Exception(status, "", "(no body)");
  }

  static S3Exception of(int status, XmlElement error) {
    return new S3Exception(
        status, error.find("Code").orElse(""), error.find("Message").orElse("(no message)"));
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** Whether the same request may succeed a moment later. */
  boolean isPassing() {
    return PASSING.contains(status) || PASSING_CODES.contains(code);
  }

  boolean isFull() {
    return status == 507 || FULL.contains(code);
  }

  /** Of a read: there is no such object, or it is another one than before. */
  boolean isAbsent() {
    return status == 404;
  }
}
