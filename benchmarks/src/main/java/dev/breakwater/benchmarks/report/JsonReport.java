package dev.breakwater.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report for programs: every sample, not only the medians. */
public final class JsonReport {
  private JsonReport() {}

  public static String of(Machine machine, List<String> notes, List<RowReport> rows) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("machine", machine.facts());
    report.put("notes", notes);
    report.put("rows", rows.stream().map(JsonReport::row).toList());
    StringBuilder json = new StringBuilder();
    append(report, json);
    return json.append('\n').toString();
  }

  private static Map<String, Object> row(RowReport row) {
    Map<String, Object> registries = new LinkedHashMap<>();
    for (String registry : row.results().registries()) {
      registries.put(
          registry,
          row.results().samples(registry).stream().map(sample -> sample(row, sample)).toList());
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("name", row.name());
    report.put("title", row.title());
    report.put("registries", registries);
    report.put("goals", row.verdicts().stream().map(JsonReport::verdict).toList());
    return report;
  }

  private static Map<String, Object> sample(RowReport row, Sample sample) {
    Map<String, Object> report = new LinkedHashMap<>();
    for (Metric metric : row.metrics()) {
      Double value = sample.values().get(metric);
      if (value != null) {
        report.put(metric.key(), value);
      }
    }
    report.put("failed", sample.failed());
    report.put("reasons", sample.reasons());
    return report;
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("goal", verdict.what());
    report.put("required", verdict.required());
    report.put("measured", verdict.measured());
    report.put("met", verdict.met());
    return report;
  }

  private static void append(Object value, StringBuilder json) {
    switch (value) {
      case Map<?, ?> object -> appendObject(object, json);
      case List<?> list -> appendList(list, json);
      case Double number when !Double.isFinite(number) -> json.append("null");
      case Number number -> json.append(number);
      case Boolean truth -> json.append(truth);
      default -> appendString(value.toString(), json);
    }
  }

  private static void appendObject(Map<?, ?> object, StringBuilder json) {
    json.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      json.append(separator);
      appendString(String.valueOf(entry.getKey()), json);
      json.append(':');
      append(entry.getValue(), json);
      separator = ",";
    }
    json.append('}');
  }

  private static void appendList(List<?> list, StringBuilder json) {
    json.append('[');
    String separator = "";
    for (Object element : list) {
      json.append(separator);
      append(element, json);
      separator = ",";
    }
    json.append(']');
  }

  private static void appendString(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        default -> {
          if (c < ' ') {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
