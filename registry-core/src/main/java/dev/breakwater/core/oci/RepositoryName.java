package dev.breakwater.core.oci;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/**
 * A repository's full name, such as {@code library/busybox} (OCI distribution-spec, "Pulling
 * manifests": {@code <name>}). The first component is the project.
 *
 * @param value the name, at most {@value #MAX_LENGTH} characters
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
  public static final int MAX_LENGTH = 255;

  public RepositoryName {
    if (value.length() > MAX_LENGTH || !isValid(value)) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID,
          "'"
              + Printable.shorten(value)
              + "' is not a repository name; expected lower-case letters and digits, separated by"
              + " '.', '_', '__' or '-', in components separated by '/', at most "
              + MAX_LENGTH
              + " characters in all");
    }
  }

  /**
   * @throws RegistryException NAME_INVALID when the text breaks the grammar
   */
  public static RepositoryName parse(String text) {
    return new RepositoryName(text);
  }

  /** The first component: the name of the project that the repository belongs to. */
  public String project() {
    int slash = value.indexOf('/');
    return slash < 0 ? value : value.substring(0, slash);
  }

  /** The name without the project; empty if it names only a project. */
  public String inProject() {
    return isInProject() ? value.substring(value.indexOf('/') + 1) : "";
  }

  /** Whether there is a component after the project; only such repositories hold content. */
  public boolean isInProject() {
    return value.indexOf('/') > 0;
  }

  @Override
  public int compareTo(RepositoryName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  /**
   * The grammar {@code [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*} per component, walked by hand: a regular
   * expression would backtrack on hostile names.
   */
  private static boolean isValid(String name) {
    int position = 0;
    int length = name.length();
    while (true) {
      int end = componentEnd(name, position);
      if (end < 0) {
        return false;
      }
      if (end == length) {
        return true;
      }
      position = end + 1;
    }
  }

  /** Where the component that begins at {@code start} ends, or -1 when it is malformed. */
  private static int componentEnd(String name, int start) {
    int i = start;
    while (true) {
      int run = i;
      while (i < name.length() && isAlphanumeric(name.charAt(i))) {
        i++;
      }
      if (i == run) {
        return -1;
      }
      if (i == name.length() || name.charAt(i) == '/') {
        return i;
      }
      i = separatorEnd(name, i);
      if (i < 0) {
        return -1;
      }
    }
  }

  private static int separatorEnd(String name, int start) {
    char separator = name.charAt(start);
    int i = start;
    while (i < name.length() && name.charAt(i) == separator) {
      i++;
    }
    int count = i - start;
    boolean allowed =
        switch (separator) {
          case '.' -> count == 1;
          case '_' -> count <= 2;
          case '-' -> true;
          default -> false;
        };
    return allowed ? i : -1;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}
