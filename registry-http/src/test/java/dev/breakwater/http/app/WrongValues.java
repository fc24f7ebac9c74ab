package dev.breakwater.http.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Values that are wrong for a parameter or a member of a body, whatever it is for. */
final class WrongValues {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LONG = "a".repeat(10_000);

  private WrongValues() {}

  /** For a part of a path, encoded. */
  static List<String> inPath(String type) {
    return type.equals("integer")
        ? List.of("x", "1.5", "0", "-1", "%d9%a1", "999999999", "9".repeat(30))
        : List.of("no-such-thing", "%00", "%ff", "..%2f..", "%20", LONG);
  }

  /** For a query, encoded. */
  static List<String> inQuery(String name, String type) {
    return switch (type) {
      case "integer" -> List.of("x", "1.5", "0", "-1", "%d9%a1", "9".repeat(30));
      case "boolean" -> List.of("maybe", "2", "-1", "%00");
      default ->
          switch (name) {
            case "q" -> List.of("name", "=x", "name=[a", "name={a", "name=(a", "%ff", "name=%00");
            case "sort" -> List.of("%ff", "%00");
            default -> List.of("%ff", "%00");
          };
    };
  }

  /** Bodies that are no object, or none at all. */
  static List<String> bodies() {
    return List.of(
        "", "null", "1", "\"text\"", "[]", "{", "{}{}", "{\"a\":NaN}", "a=b", "[".repeat(5000));
  }

  /** What to do to a right body, with its marks, so that one member is wrong; by what is wrong. */
  static void inBody(JsonNode right, JsonNode schema, Map<String, UnaryOperator<JsonNode>> found) {
    walk("", right, schema, found);
  }

  private static void walk(
      String path, JsonNode node, JsonNode schema, Map<String, UnaryOperator<JsonNode>> found) {
    if (!path.isEmpty()) {
      for (JsonNode wrong : wrong(schema)) {
        found.put(path + " is " + shortened(wrong), root -> with(root, path, wrong));
      }
    }
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(member -> {
            String name = member.getKey();
            String at = path + "/" + name;
            if (name.endsWith("!")) {
              found.put(at + " is missing", root -> without(root, at));
            }
            walk(at, member.getValue(), member(schema, name.replace("!", "")), found);
          });
      for (Map.Entry<String, JsonNode> described : schema.path("properties").properties()) {
        String name = described.getKey();
        if (!object.has(name) && !object.has(name + "!")) {
          walk(path + "/" + name, TextNode.valueOf(""), described.getValue(), found);
        }
      }
    }
    if (node instanceof ArrayNode array && !array.isEmpty()) {
      walk(path + "/0", array.get(0), schema.path("items"), found);
    }
  }

  private static JsonNode member(JsonNode schema, String name) {
    JsonNode described = schema.path("properties").path(name);
    if (!described.isMissingNode()) {
      return described;
    }
    JsonNode others = schema.path("additionalProperties");
    // Objects of which nothing is said stand for anything.
    boolean anything = others.path("type").asText("").equals("object") && others.size() == 1;
    return anything ? MissingNode.getInstance() : others;
  }

  private static List<JsonNode> wrong(JsonNode schema) {
    List<String> wrong = new ArrayList<>();
    switch (schema.path("type").asText("")) {
      case "string" -> {
        wrong.addAll(
            List.of("1", "true", "{}", "[]", "[\"a\"]", "\"a\\u0000b\"", "\"" + LONG + "\""));
        if (schema.has("enum")) {
          wrong.add("\"no-such-thing\"");
        }
      }
      case "integer" ->
          wrong.addAll(List.of("\"1\"", "\"x\"", "true", "{}", "[]", "1.5", "9".repeat(30)));
      case "boolean" -> wrong.addAll(List.of("\"true\"", "1", "{}", "[]"));
      case "array" -> wrong.addAll(List.of("\"a\"", "1", "true", "{}", "[1]", "[[]]"));
      case "object" -> wrong.addAll(List.of("\"a\"", "1", "true", "[]"));
      default -> {
        if (schema.has("properties")) {
          wrong.addAll(List.of("\"a\"", "1", "true", "[]"));
        }
      }
    }
    return wrong.stream().map(WrongValues::read).toList();
  }

  private static String shortened(JsonNode wrong) {
    String text = wrong.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  /** Another value at a place such as {@code /rules/0/params}. */
  private static JsonNode with(JsonNode root, String path, JsonNode value) {
    JsonNode copy = root.deepCopy();
    int slash = path.lastIndexOf('/');
    JsonNode parent = copy.at(path.substring(0, slash));
    String name = path.substring(slash + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), value);
    } else if (parent instanceof ObjectNode object) {
      object.set(name, value);
    }
    return RightRequests.unmarked(copy);
  }

  private static JsonNode without(JsonNode root, String path) {
    JsonNode copy = root.deepCopy();
    int slash = path.lastIndexOf('/');
    if (copy.at(path.substring(0, slash)) instanceof ObjectNode object) {
      object.remove(path.substring(slash + 1));
    }
    return RightRequests.unmarked(copy);
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }
}
