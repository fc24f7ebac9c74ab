package dev.breakwater.core.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Reads and writes JSON. Reading is strict: duplicate keys, trailing data and a nesting deeper than
 * {@value #MAX_DEPTH} are errors, and a number is never expanded.
 */
public final class Json {
  /** Manifests nest five levels at most; whatever is deeper is an attack. */
  public static final int MAX_DEPTH = 64;

  /**
   * What stands before a line and a column, as in {@code [Source: REDACTED (...); line: 1, ...]}.
   */
  private static final Pattern SOURCE = Pattern.compile("(?<=\\[)Source: [^;\\]]*; ");

  private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(100)
                          .maxStringLength(4 * 1024 * 1024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .build();

  private Json() {}

  /**
   * @throws JsonException when the bytes are not one well-formed JSON value
   */
  public static JsonValue parse(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node == null || node.isMissingNode()) {
        throw new JsonException("the document is empty");
      }
      return new JsonValue(node);
    } catch (JsonProcessingException e) {
      throw new JsonException(plain(e));
    } catch (IOException e) {
      throw new JsonException(String.valueOf(e.getMessage()));
    }
  }

  /** Without the names of the parser's settings, which mean nothing to a client. */
  private static String plain(JsonProcessingException error) {
    String message = String.valueOf(error.getOriginalMessage());
    return SETTING.matcher(SOURCE.matcher(message).replaceAll("")).replaceAll("");
  }

  /** Writes records, maps and lists; absent optionals are left out. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /** The same as {@link #write} as text. */
  public static String writeText(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }
}
