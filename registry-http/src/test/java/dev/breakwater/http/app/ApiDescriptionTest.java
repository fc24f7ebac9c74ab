package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakwater.http.api.AnswerCheck;
import dev.breakwater.http.api.ApiRouter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares what is routed, what our description says, and the facts of Harbor's operations: id,
 * method, path, parameters, statuses, and the names and types of what is answered.
 */
class ApiDescriptionTest {
  private static final String PREFIX = "/api/v2.0";

  /** What is ours alone. */
  private static final Set<String> OWN_TAGS =
      Set.of("federation", "description", "artifact-move", "history", "explain", "expiry");

  @TempDir static Path data;

  private static List<ApiRouter.Endpoint> routed;
  private static Map<String, Described> described;
  private static Map<String, JsonNode> harbor;

  @BeforeAll
  static void read() throws Exception {
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      routed =
          registry.endpoints().stream()
              .filter(endpoint -> endpoint.template().startsWith(PREFIX + "/"))
              .toList();
    }
    described = Described.all(new YAMLMapper().readTree(AnswerCheck.description()));
    harbor = facts();
  }

  @AfterAll
  static void printWhatIsMissing() {
    Map<String, List<String>> missing = new TreeMap<>();
    harbor.forEach((id, facts) -> {
      if (!described.containsKey(id)) {
        missing.computeIfAbsent(facts.get("tag").textValue(), _ -> new ArrayList<>()).add(id);
      }
    });
    long count = missing.values().stream().mapToLong(List::size).sum();
    System.out.println(count + " of " + harbor.size() + " operations are still missing:");
    missing.forEach((tag, ids) -> System.out.println("  " + tag + ": " + String.join(" ", ids)));
  }

  @Test
  void describesWhatIsRouted() {
    Set<String> missing = new TreeSet<>();
    for (ApiRouter.Endpoint endpoint : routed) {
      Described operation = described.get(endpoint.name());
      if (operation == null
          || !operation.method().equals(endpoint.method())
          || !withoutSlash(operation.path())
              .equals(withoutSlash(endpoint.template().substring(PREFIX.length())))) {
        missing.add(endpoint.toString());
      }
    }

    assertThat(missing).as("routed, but not described so").isEmpty();
  }

  @Test
  void routesWhatIsDescribed() {
    Set<String> names = new TreeSet<>(described.keySet());
    routed.forEach(endpoint -> names.remove(endpoint.name()));

    assertThat(names).as("described, but not routed").isEmpty();
  }

  @Test
  void describesHarborsOperationsAsTheyAre() {
    Map<String, String> differences = new TreeMap<>();
    described.forEach((id, operation) -> {
      JsonNode facts = harbor.get(id);
      if (facts != null) {
        List<String> wrong = operation.differences(facts);
        if (!wrong.isEmpty()) {
          differences.put(id, String.join("; ", wrong));
        }
      } else if (!OWN_TAGS.contains(operation.tag())) {
        differences.put(id, "is none of Harbor's and not of a tag of ours");
      }
    });

    assertThat(differences).isEmpty();
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /**
   * As Harbor describes itself, but for {@code extra_attrs}: it says that its members are objects,
   * and answers with texts.
   */
  private static Map<String, JsonNode> facts() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ApiDescriptionTest.class.getResourceAsStream("/api/harbor-operations.jsonl"))) {
      Map<String, JsonNode> facts = new TreeMap<>();
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        JsonNode node = new ObjectMapper().readTree(line);
        facts.put(node.get("id").textValue(), node);
      }
      assertThat(facts).hasSize(203);
      return facts;
    }
  }

  /** An operation of the description. */
  private record Described(
      JsonNode document, String method, String path, String tag, JsonNode operation) {

    static Map<String, Described> all(JsonNode document) {
      Map<String, Described> all = new TreeMap<>();
      document
          .get("paths")
          .properties()
          .forEach(path ->
              path.getValue()
                  .properties()
                  .forEach(operation -> {
                    JsonNode node = operation.getValue();
                    Described previous =
                        all.put(
                            node.get("operationId").textValue(),
                            new Described(
                                document,
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                node.get("tags").get(0).textValue(),
                                node));
                    assertThat(previous).isNull();
                  }));
      return all;
    }

    List<String> differences(JsonNode facts) {
      List<String> wrong = new ArrayList<>();
      compare(wrong, "method", facts.path("method").asText(), method);
      compare(wrong, "path", facts.path("path").asText(), path);
      compare(wrong, "tag", facts.path("tag").asText(), tag);
      compare(wrong, "parameters", texts(facts.get("parameters")), parameters());
      Set<String> statuses = texts(facts.get("statuses"));
      operation.get("responses").fieldNames().forEachRemaining(statuses::remove);
      compare(wrong, "statuses that are not described", Set.of(), statuses);
      compare(
          wrong,
          "request",
          shape(facts.get("request")),
          shape(body(operation.path("requestBody"))));
      compare(wrong, "response", shape(facts.get("response")), shape(success()));
      return wrong;
    }

    private static void compare(List<String> wrong, String what, Object expected, Object actual) {
      if (!expected.equals(actual)) {
        wrong.add(what + " is " + actual + ", with Harbor " + expected);
      }
    }

    /** Without those that we added: a client of Harbor's does without them. */
    private Set<String> parameters() {
      Set<String> names = new TreeSet<>();
      for (JsonNode reference : operation.path("parameters")) {
        JsonNode parameter = resolved(reference);
        if (parameter.path("x-addition").asBoolean() && !parameter.path("required").asBoolean()) {
          continue;
        }
        names.add(parameter.get("in").textValue() + ":" + parameter.get("name").textValue());
      }
      return names;
    }

    private JsonNode success() {
      for (Map.Entry<String, JsonNode> response : operation.get("responses").properties()) {
        if (response.getKey().startsWith("2") && response.getValue().has("content")) {
          return body(response.getValue());
        }
      }
      return operation.path("nothing");
    }

    /** The schema of a body, with each type for itself, as in the facts. */
    private JsonNode body(JsonNode holder) {
      Iterator<JsonNode> types = holder.path("content").elements();
      return types.hasNext() ? expanded(types.next().get("schema")) : holder.path("nothing");
    }

    private JsonNode expanded(JsonNode schema) {
      JsonNode known = resolved(schema);
      ObjectMapper mapper = new ObjectMapper();
      if (known.path("type").asText().equals("array")) {
        return mapper.createArrayNode().add(expanded(known.get("items")));
      }
      if (known.has("properties") || known.has("additionalProperties")) {
        var fields = mapper.createObjectNode();
        known
            .path("properties")
            .properties()
            .forEach(field -> fields.set(field.getKey(), expanded(field.getValue())));
        if (known.has("additionalProperties")) {
          fields.set("*", expanded(known.get("additionalProperties")));
        }
        return fields;
      }
      // Harbor describes some numbers as objects; ours are described as anything, with its word.
      String word = known.path("x-harbor-type").asText("any");
      return mapper.getNodeFactory().textNode(known.path("type").asText(word));
    }

    private JsonNode resolved(JsonNode node) {
      return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    private static Set<String> texts(JsonNode array) {
      Set<String> texts = new TreeSet<>();
      array.forEach(each -> texts.add(each.asText()));
      return texts;
    }

    /** As a text, whatever the order of members. */
    private static String shape(JsonNode node) {
      if (node == null || node.isMissingNode()) {
        return "nothing";
      }
      if (node.isArray()) {
        return "[" + shape(node.get(0)) + "]";
      }
      if (node.isObject()) {
        Map<String, String> fields = new TreeMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), shape(field.getValue())));
        return fields.toString();
      }
      return node.asText();
    }
  }
}
