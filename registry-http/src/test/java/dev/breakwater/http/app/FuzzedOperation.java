package dev.breakwater.http.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakwater.http.api.AnswerCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * An operation of the description that makes requests of itself, of which one thing at least is
 * wrong: a parameter, a member of the body, or the body.
 *
 * @param schema of the body; missing if there is none
 */
record FuzzedOperation(
    String id,
    String method,
    String path,
    List<Parameter> parameters,
    boolean bodyRequired,
    JsonNode schema) {
  private static final int DEEPEST = 4;

  static List<FuzzedOperation> all() throws Exception {
    JsonNode document = new YAMLMapper().readTree(AnswerCheck.description());
    List<FuzzedOperation> all = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method ->
                    all.add(read(document, path.getKey(), method.getKey(), method.getValue()))));
    return all;
  }

  private static FuzzedOperation read(
      JsonNode document, String path, String method, JsonNode operation) {
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode reference : operation.path("parameters")) {
      JsonNode parameter = resolved(document, reference);
      parameters.add(
          new Parameter(
              parameter.get("in").textValue(),
              parameter.get("name").textValue(),
              parameter.at("/schema/type").textValue(),
              parameter.path("required").asBoolean()));
    }
    JsonNode content = operation.at("/requestBody/content/application~1json/schema");
    return new FuzzedOperation(
        operation.get("operationId").textValue(),
        method.toUpperCase(Locale.ROOT),
        path,
        parameters,
        operation.at("/requestBody/required").asBoolean(),
        expanded(document, content, 0));
  }

  private static JsonNode resolved(JsonNode document, JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
  }

  /** Without references, as deep as anybody nests. */
  private static JsonNode expanded(JsonNode document, JsonNode reference, int depth) {
    JsonNode node = resolved(document, reference);
    if (depth > 2 * DEEPEST || !node.isContainerNode()) {
      return node;
    }
    var mapper = new YAMLMapper();
    if (node.isArray()) {
      var list = mapper.createArrayNode();
      node.forEach(each -> list.add(expanded(document, each, depth + 1)));
      return list;
    }
    var object = mapper.createObjectNode();
    node.properties()
        .forEach(each -> object.set(each.getKey(), expanded(document, each.getValue(), depth + 1)));
    return object;
  }

  /**
   * @param known what the variables of paths stand for, and members whose value must fit
   */
  Request request(RandomGenerator random, Map<String, String> known) {
    HostileValues hostile = new HostileValues(random);
    List<Parameter> inPath = parameters.stream().filter(each -> each.in().equals("path")).toList();
    // What is deleted would be missing for all who come after.
    boolean destroys = method.equals("DELETE");
    boolean wrongPath = !inPath.isEmpty() && (destroys || random.nextInt(3) == 0);
    Parameter victim = wrongPath ? hostile.any(inPath) : new Parameter("path", "", "", false);
    String target = path;
    for (Parameter parameter : inPath) {
      String value =
          parameter.equals(victim)
              ? hostile.text()
              : known.getOrDefault(id + "." + parameter.name(), valueOf(parameter, known));
      target = target.replace("{" + parameter.name() + "}", value);
    }
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (!parameter.in().equals("path") && random.nextInt(3) == 0) {
        if (parameter.in().equals("header")) {
          headers.put(parameter.name(), hostile.header());
        } else {
          query.add(parameter.name() + "=" + hostile.query(parameter.name()));
        }
      }
    }
    String body = body(random, hostile, known);
    if (!schema.isMissingNode() || random.nextInt(20) == 0) {
      headers.put("Content-Type", random.nextInt(20) == 0 ? "text/plain" : "application/json");
    }
    return new Request(
        method, target + (query.isEmpty() ? "" : "?" + String.join("&", query)), headers, body);
  }

  private static String valueOf(Parameter parameter, Map<String, String> known) {
    return known.getOrDefault(
        parameter.name(), parameter.type().equals("integer") ? "999999" : "none");
  }

  private String body(RandomGenerator random, HostileValues hostile, Map<String, String> known) {
    if (schema.isMissingNode()) {
      return random.nextInt(20) == 0 ? hostile.body() : "";
    }
    if (random.nextInt(4) == 0) {
      return hostile.body();
    }
    StringBuilder json = new StringBuilder();
    // Where much is wrong, the first mistake is all that anybody looks at.
    int right = random.nextBoolean() ? 4 : 16;
    write(json, schema, "", 0, right, random, hostile, known);
    return json.toString();
  }

  /**
   * A value that fits, but that each part may be hostile or missing.
   *
   * @param right one part of so many is wrong
   */
  private static void write(
      StringBuilder json,
      JsonNode schema,
      String name,
      int depth,
      int right,
      RandomGenerator random,
      HostileValues hostile,
      Map<String, String> known) {
    if (depth > 0 && random.nextInt(right) == 0) {
      json.append(hostile.json());
      return;
    }
    if (known.containsKey("body." + name)) {
      json.append(known.get("body." + name));
      return;
    }
    switch (schema.path("type").asText("")) {
      case "array" -> {
        json.append('[');
        if (depth < DEEPEST) {
          write(json, schema.path("items"), "", depth + 1, right, random, hostile, known);
        }
        json.append(']');
      }
      case "integer", "number" -> json.append('1');
      case "boolean" -> json.append("false");
      case "string" -> json.append("\"some-").append(random.nextInt(1_000_000)).append('"');
      default -> {
        json.append('{');
        String comma = "";
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
          if (depth < DEEPEST && random.nextInt(right) > 0) {
            json.append(comma).append('"').append(member.getKey()).append("\":");
            write(
                json, member.getValue(), member.getKey(), depth + 1, right, random, hostile, known);
            comma = ",";
          }
        }
        if (random.nextInt(10) == 0) {
          json.append(comma).append("\"no_such_member\":").append(hostile.json());
        }
        json.append('}');
      }
    }
  }

  /**
   * @param in path, query or header
   */
  record Parameter(String in, String name, String type, boolean required) {}

  /**
   * @param target path, behind the prefix of the API, and query
   * @param body each character a byte
   */
  record Request(String method, String target, Map<String, String> headers, String body) {
    @Override
    public String toString() {
      return method
          + " "
          + shortened(target)
          + " "
          + shortened(headers.toString())
          + " "
          + shortened(body);
    }

    private static String shortened(String text) {
      return text.length() > 600 ? text.substring(0, 600) + "..." : text;
    }
  }
}
