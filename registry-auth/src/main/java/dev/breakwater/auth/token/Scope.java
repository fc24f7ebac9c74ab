package dev.breakwater.auth.token;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One thing that a client asks a token for (Docker token specification, "scope"): {@code
 * type[(class)]:name:action,action}. The name may hold colons ({@code host:port/name}), so the
 * first and the last colon are what counts. The class is deprecated and not kept.
 *
 * @param actions as written, none empty
 */
record Scope(String type, String name, Set<String> actions) {

  /**
   * The scopes of one parameter, which may hold several; those that break the grammar are left out.
   */
  static List<Scope> parseAll(String text) {
    return Arrays.stream(text.split(" ", -1)).map(Scope::parse).flatMap(Optional::stream).toList();
  }

  static Optional<Scope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first < 1 || last <= first + 1) {
      return Optional.empty();
    }
    Set<String> actions =
        Arrays.stream(text.substring(last + 1).split(",", -1))
            .filter(action -> !action.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return Optional.of(
        new Scope(
            withoutClass(text.substring(0, first)), text.substring(first + 1, last), actions));
  }

  private static String withoutClass(String type) {
    int parenthesis = type.indexOf('(');
    return parenthesis > 0 && type.endsWith(")") ? type.substring(0, parenthesis) : type;
  }
}
