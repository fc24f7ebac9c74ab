package dev.breakwater.storage.sql.backup;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.storage.sql.SchemaStep;
import dev.breakwater.storage.sql.backup.Catalog.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first entry of an export: what it is of, and what will follow.
 *
 * @param program the version that wrote it
 * @param server the version of PostgreSQL that it was read from
 * @param created when, as the snapshot's time
 * @param schema the steps that made the schema
 * @param secretKey the fingerprint of the key that seals what is secret in it; empty: none yet
 */
record ExportAbout(
    String program,
    String server,
    String created,
    List<SchemaStep> schema,
    List<Table> tables,
    List<Partition> partitions,
    String secretKey) {
  static final String ENTRY = "about.json";
  private static final String KIND = "breakwater database export";
  private static final long FORMAT = 1;

  byte[] toJson() {
    Map<String, Object> json = new TreeMap<>();
    json.put("kind", KIND);
    json.put("format", FORMAT);
    json.put("program", program);
    json.put("server", server);
    json.put("created", created);
    json.put("schema", schema);
    json.put(
        "tables",
        tables.stream()
            .map(table -> Map.of("name", table.name(), "columns", table.columns()))
            .toList());
    json.put("partitions", partitions);
    json.put("secret_key_fingerprint", secretKey);
    return Json.write(json);
  }

  static ExportAbout parse(byte[] bytes) {
    JsonValue json = json(bytes);
    if (!text(json, "kind").equals(KIND)) {
      throw new BackupException("This is no export of a Breakwater database.");
    }
    long format = json.get("format").wholeNumber().orElse(0);
    if (format != FORMAT) {
      throw new BackupException(
          "The export has the format "
              + format
              + ", this program reads the format "
              + FORMAT
              + ". Import it with version "
              + text(json, "program")
              + " or newer.");
    }
    return new ExportAbout(
        text(json, "program"),
        text(json, "server"),
        text(json, "created"),
        json.get("schema").elements().stream().map(ExportAbout::step).toList(),
        json.get("tables").elements().stream().map(ExportAbout::table).toList(),
        json.get("partitions").elements().stream().map(ExportAbout::partition).toList(),
        text(json, "secret_key_fingerprint"));
  }

  static JsonValue json(byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (JsonException e) {
      throw new BackupException("The export is damaged: " + e.getMessage() + ".", e);
    }
  }

  static String text(JsonValue json, String member) {
    return json.get(member).text().orElse("");
  }

  private static SchemaStep step(JsonValue json) {
    return new SchemaStep(
        (int) json.get("number").wholeNumber().orElse(0),
        text(json, "name"),
        text(json, "checksum"));
  }

  private static Table table(JsonValue json) {
    return new Table(
        text(json, "name"),
        json.get("columns").elements().stream().map(each -> each.text().orElse("")).toList(),
        false);
  }

  private static Partition partition(JsonValue json) {
    return new Partition(
        text(json, "name"), text(json, "parent"), text(json, "from"), text(json, "to"));
  }

  /** The last step. */
  int lastStep() {
    return schema.isEmpty() ? 0 : schema.getLast().number();
  }
}
