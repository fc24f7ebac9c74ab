package dev.breakwater.core.project;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.regex.Pattern;

/** A project's name: the first component of its repositories' names. */
public record ProjectName(String value) {
  public static final int MAX_LENGTH = 255;

  /** Possessive, so that hostile names cost no backtracking. */
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]++(?:[._-][a-z0-9]++)*+");

  public ProjectName {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw bad("", value);
    }
    if (!GRAMMAR.matcher(value).matches()) {
      throw bad("project name is not in lower case or contains illegal characters: ", value);
    }
  }

  /**
   * @param first what Harbor says
   */
  private static RegistryException bad(String first, String value) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        first
            + "'"
            + Printable.shorten(value)
            + "' is not a project name; expected lower-case letters and digits separated by"
            + " single '.', '_' or '-', 1 to "
            + MAX_LENGTH
            + " characters");
  }

  /**
   * @throws RegistryException BAD_REQUEST when the text breaks the grammar
   */
  public static ProjectName parse(String text) {
    return new ProjectName(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
