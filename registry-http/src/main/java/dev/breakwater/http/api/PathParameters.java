package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.List;

/**
 * The variable parts of a path in their order, decoded once: a repository's name with encoded
 * slashes is still encoded after that, as Harbor's clients send it.
 */
public record PathParameters(List<String> values) {
  public String get(int index) {
    return values.get(index);
  }

  /**
   * The number of a row.
   *
   * @throws RegistryException UNPROCESSABLE when it is no whole number
   */
  public long number(int index) {
    try {
      return Long.parseLong(values.get(index));
    } catch (NumberFormatException e) {
      throw new RegistryException(
          ErrorCode.UNPROCESSABLE,
          "'" + Printable.shorten(values.get(index)) + "' in the path must be a whole number",
          e);
    }
  }

  /** A repository's name without its project, whether its slashes were encoded once or twice. */
  public String repository(int index) {
    return ApiRouter.decode(values.get(index));
  }
}
