package dev.breakwater.storage.sql.backup;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last entry of an export: what must have come before it. */
record ExportSummary(Map<String, TableCount> tables, List<SequenceValue> sequences) {
  static final String ENTRY = "summary.json";

  byte[] toJson() {
    return Json.write(Map.of("tables", tables, "sequences", sequences));
  }

  static ExportSummary parse(byte[] bytes) {
    JsonValue json = ExportAbout.json(bytes);
    Map<String, TableCount> tables = new LinkedHashMap<>();
    json.get("tables")
        .members()
        .forEach((name, value) -> tables.put(name, TableCount.parse(value)));
    return new ExportSummary(
        tables, json.get("sequences").elements().stream().map(SequenceValue::parse).toList());
  }

  long rows() {
    return tables.values().stream().mapToLong(TableCount::rows).sum();
  }

  /**
   * @param sha256 of the table's rows as they stand in the export, in hexadecimal
   */
  record TableCount(long rows, long parts, String sha256) {
    private static TableCount parse(JsonValue json) {
      return new TableCount(
          json.get("rows").wholeNumber().orElse(-1),
          json.get("parts").wholeNumber().orElse(-1),
          ExportAbout.text(json, "sha256"));
    }
  }

  /**
   * @param used whether the value was given out already
   */
  record SequenceValue(String name, long value, boolean used) {
    private static SequenceValue parse(JsonValue json) {
      return new SequenceValue(
          ExportAbout.text(json, "name"),
          json.get("value").wholeNumber().orElse(1),
          json.get("used").bool().orElse(false));
    }
  }
}
