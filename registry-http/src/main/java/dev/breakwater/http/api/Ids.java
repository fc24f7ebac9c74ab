package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.regex.Pattern;

/** Numbers of rows in paths. */
public final class Ids {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private Ids() {}

  /**
   * @param what names it in the message
   * @throws RegistryException UNPROCESSABLE if the text is no number of a row
   */
  public static long parse(String what, String text) {
    if (NUMBER.matcher(text).matches()) {
      long id = Long.parseLong(text);
      if (id > 0) {
        return id;
      }
    }
    throw new RegistryException(
        ErrorCode.UNPROCESSABLE,
        what + " is '" + Printable.shorten(text) + "'; it must be a number above 0");
  }
}
