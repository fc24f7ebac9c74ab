package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.opendal.OpenDALException;

/**
 * The service refused, or did not answer. The library's own error is not kept: it tells addresses
 * with signatures and tokens in them.
 */
final class CloudException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 500;
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)((?:sig|signature|token|authorization|credential|x-auth-key|password)"
              + "[a-z-]*\"?\\s*[=:]\\s*\"?)[^&\\s\",}]+");
  private static final Pattern FULL =
      Pattern.compile("status: (507|413)|quota", Pattern.CASE_INSENSITIVE);

  /** Any 4xx but those for a time-out and for too many requests. */
  private static final Pattern REFUSED = Pattern.compile("status: 4(?!08|29)\\d\\d");

  /**
   * Swift takes a write for one that a later one has overtaken.
   *
   * @see <a href="https://docs.openstack.org/api-ref/object-store/">Create or replace object</a>
   */
  private static final Pattern OVERTAKEN = Pattern.compile("status: 202");

  private final Kind kind;

  /** What it means to us. */
  enum Kind {
    ABSENT,
    DENIED,
    FULL,
    REFUSED,
    /** The same request may succeed later. */
    PASSING,
    /** Somebody else wrote the same object at the same time, and what came of it is not told. */
    OVERTAKEN,
    /** Passing, but not at once: it was tried again often enough. */
    GIVEN_UP
  }

  CloudException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** One that whoever asked need not try again. */
  CloudException givenUp() {
    return kind == Kind.PASSING
        ? new CloudException(Kind.GIVEN_UP, String.valueOf(getMessage()))
        : this;
  }

  private boolean mayPass() {
    return switch (kind) {
      case PASSING, OVERTAKEN, GIVEN_UP -> true;
      case ABSENT, DENIED, FULL, REFUSED -> false;
    };
  }

  /** What is no error of the library stays what it is. */
  static Throwable of(Throwable error) {
    return switch (error) {
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case ExecutionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case OpenDALException known -> from(known);
      default -> error;
    };
  }

  static CloudException from(OpenDALException known) {
    String message = String.valueOf(known.getMessage());
    return new CloudException(kind(known.getCode(), message), withoutSecrets(message));
  }

  private static Kind kind(OpenDALException.Code code, String message) {
    return switch (code) {
      case NotFound -> Kind.ABSENT;
      case PermissionDenied -> Kind.DENIED;
      case RateLimited -> Kind.PASSING;
      case Unexpected -> unexpected(message);
      case Unsupported,
          ConfigInvalid,
          IsADirectory,
          NotADirectory,
          AlreadyExists,
          IsSameFile,
          ConditionNotMatch,
          RangeNotSatisfied ->
          Kind.REFUSED;
    };
  }

  /** The library does not tell what may pass from what will not, but for the status. */
  private static Kind unexpected(String message) {
    if (FULL.matcher(message).find()) {
      return Kind.FULL;
    }
    if (OVERTAKEN.matcher(message).find()) {
      return Kind.OVERTAKEN;
    }
    return REFUSED.matcher(message).find() ? Kind.REFUSED : Kind.PASSING;
  }

  static String withoutSecrets(String message) {
    String masked = SECRET.matcher(message).replaceAll("$1***");
    return masked.length() > LONGEST ? masked.substring(0, LONGEST) + "..." : masked;
  }

  /** What a client is told; the log keeps the cause. */
  static Throwable translate(Throwable error) {
    return switch (error) {
      case CloudException it when it.kind == Kind.FULL ->
          new RegistryException(
              ErrorCode.STORAGE_FULL,
              "the registry's storage is full; nothing was stored: tell its operator, try again"
                  + " later",
              it);
      case CloudException it when it.mayPass() -> unavailable(it);
      case CloudException it ->
          new RegistryException(
              ErrorCode.STORAGE_FAILED,
              "the registry's storage refused; nothing was stored: tell its operator, try again"
                  + " later",
              it);
      case IOException it -> unavailable(it);
      case TimeoutException it -> unavailable(it);
      default -> error;
    };
  }

  private static RegistryException unavailable(Exception cause) {
    return new RegistryException(
        ErrorCode.UNAVAILABLE,
        "the registry's storage does not answer at the moment; try again in a few seconds",
        cause);
  }
}
