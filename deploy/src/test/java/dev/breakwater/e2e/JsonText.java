package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first member of a name in a JSON text, however deep it lies. */
final class JsonText {
  private JsonText() {}

  static String text(String json, String member) {
    return first(json, "\"" + member + "\" ?: ?\"([^\"]*)\"");
  }

  static long number(String json, String member) {
    return Long.parseLong(first(json, "\"" + member + "\" ?: ?([0-9]+)"));
  }

  private static String first(String json, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(json);
    assertThat(found.find()).as(pattern + " in " + json).isTrue();
    return found.group(1);
  }
}
