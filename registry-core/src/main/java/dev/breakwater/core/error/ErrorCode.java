package dev.breakwater.core.error;

/**
 * Every error that a client may see, with its HTTP status and its code in each API family.
 *
 * <p>OCI codes: OCI distribution-spec, "Error Codes"; codes that the specification lacks are the
 * ones distribution uses. Harbor codes: the management API's envelope.
 */
public enum ErrorCode {
  BLOB_UNKNOWN(404, "BLOB_UNKNOWN", "NOT_FOUND"),
  BLOB_UPLOAD_INVALID(400, "BLOB_UPLOAD_INVALID", "BAD_REQUEST"),
  BLOB_UPLOAD_UNKNOWN(404, "BLOB_UPLOAD_UNKNOWN", "NOT_FOUND"),
  BLOB_UPLOAD_BUSY(409, "BLOB_UPLOAD_INVALID", "CONFLICT"),
  DIGEST_INVALID(400, "DIGEST_INVALID", "DIGEST_INVALID"),
  MANIFEST_BLOB_UNKNOWN(400, "MANIFEST_BLOB_UNKNOWN", "BAD_REQUEST"),
  MANIFEST_INVALID(400, "MANIFEST_INVALID", "MANIFEST_INVALID"),
  MANIFEST_TOO_LARGE(413, "MANIFEST_INVALID", "REQUEST_ENTITY_TOO_LARGE"),
  MANIFEST_UNKNOWN(404, "MANIFEST_UNKNOWN", "NOT_FOUND"),
  NAME_INVALID(400, "NAME_INVALID", "BAD_REQUEST"),
  NAME_UNKNOWN(404, "NAME_UNKNOWN", "NOT_FOUND"),
  TAG_INVALID(400, "TAG_INVALID", "BAD_REQUEST"),
  SIZE_INVALID(400, "SIZE_INVALID", "BAD_REQUEST"),
  PAGINATION_NUMBER_INVALID(400, "PAGINATION_NUMBER_INVALID", "BAD_REQUEST"),
  RANGE_INVALID(416, "RANGE_INVALID", "BAD_REQUEST"),
  BAD_REQUEST(400, "UNSUPPORTED", "BAD_REQUEST"),
  UNAUTHORIZED(401, "UNAUTHORIZED", "UNAUTHORIZED"),
  DENIED(403, "DENIED", "FORBIDDEN"),
  READ_ONLY(403, "DENIED", "DENIED"),
  QUOTA_EXCEEDED(403, "DENIED", "DENIED"),
  NOT_FOUND(404, "NAME_UNKNOWN", "NOT_FOUND"),
  UNSUPPORTED(405, "UNSUPPORTED", "METHOD_NOT_ALLOWED"),
  REQUEST_TIMEOUT(408, "BLOB_UPLOAD_INVALID", "BAD_REQUEST"),
  CONFLICT(409, "DENIED", "CONFLICT"),
  PRECONDITION_FAILED(412, "DENIED", "PRECONDITION"),
  REFERENCED(412, "DENIED", "VIOLATE_FOREIGN_KEY_CONSTRAINT"),
  BODY_TOO_LARGE(413, "SIZE_INVALID", "REQUEST_ENTITY_TOO_LARGE"),
  UNSUPPORTED_MEDIA_TYPE(415, "UNSUPPORTED", "BAD_REQUEST"),
  UNPROCESSABLE(422, "UNSUPPORTED", "UNPROCESSABLE_ENTITY"),
  TOO_MANY_REQUESTS(429, "TOOMANYREQUESTS", "TOO_MANY_REQUEST"),
  UNKNOWN(500, "UNKNOWN", "UNKNOWN"),
  STORAGE_FAILED(500, "UNKNOWN", "UNKNOWN"),
  UNAVAILABLE(503, "UNAVAILABLE", "UNKNOWN"),
  STORAGE_FULL(507, "UNAVAILABLE", "UNKNOWN");

  private final int status;
  private final String oci;
  private final String management;

  ErrorCode(int status, String oci, String management) {
    this.status = status;
    this.oci = oci;
    this.management = management;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  /** The code in the OCI envelope. */
  public String oci() {
    return oci;
  }

  /** The code in the management API's envelope. */
  public String management() {
    return management;
  }
}
