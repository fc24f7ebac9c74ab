package dev.breakwater.core.allowlist;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;

/** The id of a vulnerability, such as {@code CVE-2019-10164} or {@code GHSA-7jr6-prv4-5wf5}. */
public record CveId(String value) {
  private static final int MAX_LENGTH = 128;

  /**
   * @throws RegistryException BAD_REQUEST for what is none
   */
  public CveId {
    if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(CveId::isPart)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'"
              + Printable.shorten(value)
              + "' is not the id of a vulnerability; expected 1 to "
              + MAX_LENGTH
              + " letters, digits, '-', '_', '.' or ':', as in CVE-2019-10164");
    }
  }

  private static boolean isPart(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == ':';
  }

  @Override
  public String toString() {
    return value;
  }
}
