package dev.breakwater.core.selector;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.selector.Doublestar.CharacterTest;
import dev.breakwater.core.selector.Doublestar.Part;
import java.util.ArrayList;
import java.util.List;

/** Reads a pattern in one pass. */
final class DoublestarParser {
  private static final CharacterTest NO_SLASH = c -> c != '/';
  private static final CharacterTest ANY = _ -> true;

  private final String text;
  private int position;

  private DoublestarParser(String text) {
    this.text = text;
  }

  static List<Part> parse(String text) {
    DoublestarParser parser = new DoublestarParser(text);
    return parser.sequence(false, true);
  }

  /**
   * @param inBraces ends at a comma or a brace
   * @param atStart whether a component begins here
   */
  private List<Part> sequence(boolean inBraces, boolean atStart) {
    List<Part> parts = new ArrayList<>();
    boolean begins = atStart;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (inBraces && (c == ',' || c == '}')) {
        return parts;
      }
      position++;
      switch (c) {
        case '*' -> stars(parts, begins, inBraces);
        case '?' -> parts.add(new Part.One(NO_SLASH));
        case '[' -> parts.add(new Part.One(characters()));
        case '{' -> parts.add(choice(begins));
        case '\\' -> parts.add(literal(escaped()));
        default -> parts.add(literal(c));
      }
      begins = text.charAt(position - 1) == '/';
    }
    if (inBraces) {
      throw malformed("a '{' is not closed");
    }
    return parts;
  }

  private void stars(List<Part> parts, boolean begins, boolean inBraces) {
    int first = position - 1;
    while (position < text.length() && text.charAt(position) == '*') {
      position++;
    }
    boolean deep = begins && position - first == 2;
    if (deep && position < text.length() && text.charAt(position) == '/') {
      position++;
      parts.add(new Part.Components());
    } else if (deep && endsHere(inBraces)) {
      parts.add(new Part.Many(ANY));
    } else {
      parts.add(new Part.Many(NO_SLASH));
    }
  }

  private boolean endsHere(boolean inBraces) {
    return position == text.length()
        || (inBraces && (text.charAt(position) == ',' || text.charAt(position) == '}'));
  }

  private Part choice(boolean begins) {
    List<List<Part>> choices = new ArrayList<>();
    do {
      choices.add(sequence(true, begins));
    } while (text.charAt(position++) == ',');
    return new Part.Choice(choices);
  }

  private CharacterTest characters() {
    boolean negated =
        position < text.length() && (text.charAt(position) == '^' || text.charAt(position) == '!');
    if (negated) {
      position++;
    }
    List<Range> ranges = new ArrayList<>();
    while (position < text.length() && text.charAt(position) != ']') {
      char first = character();
      char last = first;
      if (position + 1 < text.length()
          && text.charAt(position) == '-'
          && text.charAt(position + 1) != ']') {
        position++;
        last = character();
      }
      if (last < first) {
        throw malformed("a range in '[]' goes backwards");
      }
      ranges.add(new Range(first, last));
    }
    if (position == text.length() || ranges.isEmpty()) {
      throw malformed("a '[' is not closed, or nothing is in it");
    }
    position++;
    return c -> c != '/' && contains(ranges, c) != negated;
  }

  private static boolean contains(List<Range> ranges, char c) {
    for (Range range : ranges) {
      if (c >= range.first && c <= range.last) {
        return true;
      }
    }
    return false;
  }

  private char character() {
    char c = text.charAt(position++);
    return c == '\\' ? escaped() : c;
  }

  private char escaped() {
    if (position == text.length()) {
      throw malformed("nothing follows the '\\'");
    }
    return text.charAt(position++);
  }

  private static Part literal(char expected) {
    return new Part.One(c -> c == expected);
  }

  private RegistryException malformed(String reason) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        "the pattern '" + Printable.shorten(text) + "' is malformed: " + reason);
  }

  private record Range(char first, char last) {}
}
