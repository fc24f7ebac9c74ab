package dev.breakwater.core.query;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the languages of Harbor's {@code q} and {@code sort} parameters.
 *
 * <p>A query is conditions separated by commas, each a field, an equals sign and a pattern: {@code
 * v} equal, {@code ~v} contains, {@code [min~max]} between, <code>{v1 v2}</code> one of, {@code (v1
 * v2)} all of. A backslash in front makes the rest a plain value. Values in brackets may be quoted
 * by {@code "} or {@code '}; there, commas, blanks and brackets stand for themselves.
 *
 * <p>One pass over the characters, no regular expression; sizes are bounded.
 */
public final class QueryParser {
  static final int MAX_LENGTH = 4096;
  static final int MAX_CONDITIONS = 20;
  static final int MAX_VALUES = 100;
  static final int MAX_ORDERS = 10;

  private final String text;
  private int position;

  private QueryParser(String text) {
    this.text = text;
  }

  /**
   * @param text the parameter, decoded; empty: no condition
   * @throws RegistryException BAD_REQUEST when it is malformed or too large
   */
  public static List<Condition> conditions(String text) {
    requireSize("q", text);
    return text.isEmpty() ? List.of() : new QueryParser(text).conditions();
  }

  /**
   * The orders of {@code name,-creation_time}.
   *
   * @throws RegistryException BAD_REQUEST when it is malformed or too large
   */
  public static List<Order> orders(String text) {
    requireSize("sort", text);
    List<Order> orders = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String field = part.strip();
      if (!field.isEmpty()) {
        orders.add(order(field));
      }
    }
    if (orders.size() > MAX_ORDERS) {
      throw malformed("sort names more than " + MAX_ORDERS + " fields");
    }
    return List.copyOf(orders);
  }

  private static Order order(String text) {
    boolean descending = text.startsWith("-");
    String field = descending ? text.substring(1) : text;
    if (!field.chars().allMatch(QueryParser::isWordCharacter) || field.isEmpty()) {
      throw malformed(
          "'"
              + Printable.shorten(text)
              + "' is not a field to sort by; expected a name such as name or -creation_time");
    }
    return new Order(field, descending);
  }

  private static boolean isWordCharacter(int c) {
    return c == '_'
        || c == '.'
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    do {
      if (conditions.size() == MAX_CONDITIONS) {
        throw malformed("q has more than " + MAX_CONDITIONS + " conditions");
      }
      conditions.add(condition());
    } while (skip(','));
    return List.copyOf(conditions);
  }

  private Condition condition() {
    String field = until('=').strip();
    boolean complete = skip('=') && !field.isEmpty() && field.indexOf(',') < 0 && !atEnd();
    if (!complete || text.charAt(position) == ',') {
      throw malformed(
          "q is '"
              + Printable.shorten(text)
              + "'; each condition needs a field, '=' and a value, as in name=~web");
    }
    return switch (text.charAt(position)) {
      case '~' -> {
        position++;
        yield new Condition.Fuzzy(field, required(field, until(',')));
      }
      case '[' -> range(field);
      case '{' -> new Condition.AnyOf(field, values(field, '}'));
      case '(' -> new Condition.AllOf(field, values(field, ')'));
      case '\\' -> {
        position++;
        yield new Condition.Exact(field, required(field, until(',')));
      }
      default -> new Condition.Exact(field, until(','));
    };
  }

  private Condition range(String field) {
    position++;
    Optional<String> min = bound("~]");
    if (!skip('~')) {
      throw malformed("the range of " + Printable.shorten(field) + " must be [min~max]");
    }
    Optional<String> max = bound("]");
    close(field, ']');
    if (min.isEmpty() && max.isEmpty()) {
      throw malformed("the range of " + Printable.shorten(field) + " has neither min nor max");
    }
    return new Condition.Range(field, min, max);
  }

  private Optional<String> bound(String ends) {
    String value = value(ends).strip();
    skipBlanks();
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private List<String> values(String field, char end) {
    position++;
    List<String> values = new ArrayList<>();
    skipBlanks();
    while (!atEnd() && text.charAt(position) != end) {
      if (values.size() == MAX_VALUES) {
        throw malformed(
            "the list of " + Printable.shorten(field) + " has more than " + MAX_VALUES + " values");
      }
      values.add(value(" " + end));
      skipBlanks();
    }
    close(field, end);
    if (values.isEmpty()) {
      throw malformed("the list of " + Printable.shorten(field) + " is empty");
    }
    return values;
  }

  /** A value in brackets, quoted or not. */
  private String value(String ends) {
    skipBlanks();
    if (!atEnd() && (text.charAt(position) == '"' || text.charAt(position) == '\'')) {
      char quote = text.charAt(position++);
      String quoted = until(quote);
      if (!skip(quote)) {
        throw malformed("q is '" + Printable.shorten(text) + "'; a quotation mark is not closed");
      }
      return quoted;
    }
    int start = position;
    while (!atEnd() && ends.indexOf(text.charAt(position)) < 0 && text.charAt(position) != ',') {
      position++;
    }
    return text.substring(start, position);
  }

  private void close(String field, char bracket) {
    if (!skip(bracket) || (!atEnd() && text.charAt(position) != ',')) {
      throw malformed(
          "the value of " + Printable.shorten(field) + " must end with '" + bracket + "'");
    }
  }

  private String until(char end) {
    int found = text.indexOf(end, position);
    int stop = found < 0 ? text.length() : found;
    String part = text.substring(position, stop);
    position = stop;
    return part;
  }

  private boolean skip(char expected) {
    if (atEnd() || text.charAt(position) != expected) {
      return false;
    }
    position++;
    return true;
  }

  private void skipBlanks() {
    while (!atEnd() && text.charAt(position) == ' ') {
      position++;
    }
  }

  private boolean atEnd() {
    return position >= text.length();
  }

  private static String required(String field, String value) {
    if (value.isEmpty()) {
      throw malformed("the value of " + Printable.shorten(field) + " is missing");
    }
    return value;
  }

  private static void requireSize(String parameter, String text) {
    if (text.length() > MAX_LENGTH) {
      throw malformed(parameter + " is longer than " + MAX_LENGTH + " characters");
    }
  }

  private static RegistryException malformed(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
