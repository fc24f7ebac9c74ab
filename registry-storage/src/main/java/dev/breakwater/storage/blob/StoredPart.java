package dev.breakwater.storage.blob;

/**
 * A part that the service has.
 *
 * @param number 1 to 10,000, ascending with the bytes
 * @param first the position of its first byte in the whole
 * @param size in bytes
 * @param entityTag by which it is named when the parts are put together
 * @param checksum what its bytes were compared with; empty: nothing
 */
public record StoredPart(int number, long first, long size, String entityTag, String checksum) {
  public StoredPart withoutChecksum() {
    return new StoredPart(number, first, size, entityTag, "");
  }

  public long end() {
    return first + size;
  }
}
