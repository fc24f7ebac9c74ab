package dev.breakwater.http.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code breakwater.yml} into texts by key. Keys may be nested or dotted; a list becomes its
 * elements with commas. Values are taken as they are written, so that a password of digits keeps
 * its leading zeros.
 */
final class SettingsFile {
  private static final int MAX_DEPTH = 10;

  private final YAMLParser parser;
  private final String origin;
  private final Map<String, RawValue> values = new LinkedHashMap<>();

  private SettingsFile(YAMLParser parser, String origin) {
    this.parser = parser;
    this.origin = origin;
  }

  /**
   * @throws IOException if the file cannot be read
   * @throws InvalidValueException if it is not YAML, or not of the expected form
   */
  static Map<String, RawValue> read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try (YAMLParser parser = YAMLFactory.builder().build().createParser(text)) {
      SettingsFile reader = new SettingsFile(parser, file.toString());
      reader.document();
      return reader.values;
    } catch (JsonProcessingException e) {
      throw new InvalidValueException(
          "line " + e.getLocation().getLineNr() + " is not YAML: " + firstLine(e));
    }
  }

  private static String firstLine(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  private void document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw new InvalidValueException(line() + "expected 'key: value'");
    }
    object("", 1);
    if (parser.nextToken() != null) {
      throw new InvalidValueException(line() + "there is a second document");
    }
  }

  private void object(String prefix, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new InvalidValueException(line() + "nested too deeply");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = prefix + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> object(key + ".", depth + 1);
        case START_ARRAY -> put(key, list());
        case VALUE_NULL -> put(key, "");
        default -> put(key, parser.getText());
      }
    }
  }

  private String list() throws IOException {
    StringBuilder list = new StringBuilder();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isScalarValue()) {
        throw new InvalidValueException(line() + "a list may hold single values only");
      }
      list.append(list.isEmpty() ? "" : ",").append(parser.getText());
    }
    return list.toString();
  }

  private void put(String key, String text) {
    if (values.put(key, new RawValue(text, origin)) != null) {
      throw new InvalidValueException(line() + key + " is there twice");
    }
  }

  private String line() {
    return "line " + parser.currentTokenLocation().getLineNr() + ": ";
  }
}
