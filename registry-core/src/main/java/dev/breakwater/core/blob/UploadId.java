package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.UUID;

/** The id of an upload session: a random UUID in its canonical, lower-case form. */
public record UploadId(UUID value) {
  public static UploadId random() {
    return new UploadId(UUID.randomUUID());
  }

  /**
   * @throws RegistryException BLOB_UPLOAD_UNKNOWN when the text is not the canonical form of a
   *     UUID: no session can have such an id
   */
  public static UploadId parse(String text) {
    if (text.length() == 36) {
      try {
        UUID uuid = UUID.fromString(text);
        if (uuid.toString().equals(text)) {
          return new UploadId(uuid);
        }
      } catch (IllegalArgumentException e) {
        throw unknown(text);
      }
    }
    throw unknown(text);
  }

  /** What every use of a session that does not exist is answered with. */
  public static RegistryException unknown(String id) {
    return new RegistryException(
        ErrorCode.BLOB_UPLOAD_UNKNOWN,
        "there is no upload '"
            + Printable.shorten(id)
            + "' here; it was finished, cancelled or has expired: start a new one");
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
