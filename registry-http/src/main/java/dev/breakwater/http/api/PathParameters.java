package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The variable parts of a path in their order, decoded once: a repository's name with encoded
 * slashes is still encoded after that, as Harbor's clients send it.
 */
public record PathParameters(List<String> values) {
  /** Java takes the digits of all scripts for digits. */
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}");

  public String get(int index) {
    return values.get(index);
  }

  /**
   * The number of a row.
   *
   * @throws RegistryException UNPROCESSABLE when it is no whole number
   */
  public long number(int index) {
    String text = values.get(index);
    try {
      if (NUMBER.matcher(text).matches()) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      // The same answer as for a text that is no number: it is too large.
    }
    throw new RegistryException(
        ErrorCode.UNPROCESSABLE,
        "'" + Printable.shorten(text) + "' in the path must be a whole number");
  }

  /** A repository's name without its project, whether its slashes were encoded once or twice. */
  public String repository(int index) {
    return ApiRouter.decode(values.get(index));
  }
}
