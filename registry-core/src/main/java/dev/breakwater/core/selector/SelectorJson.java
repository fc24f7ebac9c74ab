package dev.breakwater.core.selector;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Selectors in the shape that rules of the management API have. */
public final class SelectorJson {
  private static final String KIND = "doublestar";

  private SelectorJson() {}

  /**
   * The only repository selector of a rule's {@code scope_selectors}; all repositories if there is
   * none.
   *
   * @throws RegistryException BAD_REQUEST for anything else
   */
  public static RepositorySelector repository(JsonValue scopes) {
    Map<String, JsonValue> members = scopes.members();
    for (String scope : members.keySet()) {
      if (!scope.equals("repository")) {
        throw bad("scope_selectors has '" + Printable.shorten(scope) + "'; only repository is one");
      }
    }
    JsonValue list = scopes.get("repository");
    if ((!scopes.isAbsent() && !scopes.isObject()) || (!list.isAbsent() && !list.isArray())) {
      throw bad("scope_selectors must be an object with a list named repository");
    }
    List<JsonValue> selectors = list.elements();
    if (selectors.isEmpty()) {
      return RepositorySelector.ALL;
    }
    JsonValue selector = only("scope_selectors.repository", selectors);
    untagged(selector, false);
    String decoration = text(selector, "decoration");
    return switch (decoration) {
      case "repoMatches", "" -> new RepositorySelector(false, pattern(selector));
      case "repoExcludes" -> new RepositorySelector(true, pattern(selector));
      default -> throw decoration(decoration, "repoMatches or repoExcludes");
    };
  }

  /**
   * The only selector of a rule's {@code tag_selectors}.
   *
   * @throws RegistryException BAD_REQUEST for anything else
   */
  public static TagSelector tag(JsonValue list) {
    if (!list.isArray()) {
      throw bad("tag_selectors must be a list");
    }
    JsonValue selector = only("tag_selectors", list.elements());
    String decoration = text(selector, "decoration");
    return switch (decoration) {
      case "matches", "" -> new TagSelector(false, pattern(selector), untagged(selector, true));
      case "excludes" -> new TagSelector(true, pattern(selector), untagged(selector, false));
      default -> throw decoration(decoration, "matches or excludes");
    };
  }

  /** The {@code scope_selectors} of a rule. */
  public static Map<String, Object> write(RepositorySelector selector) {
    return Map.of(
        "repository",
        List.of(
            entry(selector.excluding() ? "repoExcludes" : "repoMatches", selector.pattern(), "")));
  }

  /** The {@code tag_selectors} of a rule. */
  public static List<Object> write(TagSelector selector) {
    return List.of(
        entry(
            selector.excluding() ? "excludes" : "matches",
            selector.pattern(),
            "{\"untagged\":" + selector.untagged() + "}"));
  }

  private static Map<String, Object> entry(String decoration, Doublestar pattern, String extras) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("kind", KIND);
    entry.put("decoration", decoration);
    entry.put("pattern", pattern.toString());
    entry.put("extras", extras);
    return entry;
  }

  private static JsonValue only(String where, List<JsonValue> selectors) {
    if (selectors.size() != 1 || !selectors.getFirst().isObject()) {
      throw bad(where + " must have one selector; it has " + selectors.size());
    }
    return selectors.getFirst();
  }

  private static Doublestar pattern(JsonValue selector) {
    String kind = text(selector, "kind");
    if (!kind.equals(KIND)) {
      throw bad("the kind of a selector is '" + Printable.shorten(kind) + "'; it must be " + KIND);
    }
    String pattern = text(selector, "pattern");
    if (pattern.isEmpty()) {
      throw bad("the pattern of a selector is missing; ** stands for everything");
    }
    return Doublestar.parse(pattern);
  }

  /** JSON in a text: {@code {"untagged": true}}. */
  private static boolean untagged(JsonValue selector, boolean fallback) {
    String extras = text(selector, "extras");
    if (extras.isBlank()) {
      return fallback;
    }
    try {
      return Json.parse(extras.getBytes(StandardCharsets.UTF_8))
          .get("untagged")
          .bool()
          .orElse(false);
    } catch (JsonException e) {
      throw bad(
          "the extras of a selector are '"
              + Printable.shorten(extras)
              + "'; they must be a JSON object such as {\"untagged\":true}");
    }
  }

  private static String text(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return value.isAbsent()
        ? ""
        : value.text().orElseThrow(() -> bad("the " + name + " of a selector must be a text"));
  }

  private static RegistryException decoration(String given, String expected) {
    return bad(
        "the decoration of a selector is '"
            + Printable.shorten(given)
            + "'; it must be "
            + expected);
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
