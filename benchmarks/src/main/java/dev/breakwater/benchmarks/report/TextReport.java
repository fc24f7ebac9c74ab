package dev.breakwater.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The report as text: Markdown whose tables are aligned, so that it reads well on a terminal. */
public final class TextReport {
  /** A table with more columns is turned. */
  private static final int WIDE = 10;

  private TextReport() {}

  public static String of(Machine machine, List<String> notes, List<RowReport> rows) {
    StringBuilder text = new StringBuilder();
    text.append(machine.text()).append('\n');
    notes.forEach(note -> text.append("- ").append(note).append('\n'));
    rows.forEach(row -> append(row, text));
    return text.toString();
  }

  private static void append(RowReport row, StringBuilder text) {
    text.append("\n### ").append(row.name()).append(": ").append(row.title()).append("\n\n");
    List<List<String>> registries = registries(row);
    table(row.metrics().size() > WIDE ? turned(registries) : registries, text);
    List<Verdict> verdicts = row.verdicts();
    if (!verdicts.isEmpty()) {
      text.append('\n');
      table(goals(verdicts), text);
    }
    for (String registry : row.results().registries()) {
      for (String reason : row.results().reasons(registry)) {
        text.append("\nFailure of ").append(registry).append(": ").append(reason).append('\n');
      }
    }
  }

  /** The first line is the head. */
  static List<List<String>> registries(RowReport row) {
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("registry"));
    row.metrics().forEach(metric -> head.add(metric.heading()));
    head.add("failures");
    lines.add(head);
    for (String registry : row.results().registries()) {
      List<String> line = new ArrayList<>(List.of(registry));
      for (Metric metric : row.metrics()) {
        line.add(
            row.results()
                .spread(registry, metric)
                .map(spread -> spread.text(metric.decimals()))
                .orElse("-"));
      }
      line.add(Long.toString(row.results().failed(registry)));
      lines.add(line);
    }
    return lines;
  }

  static List<List<String>> turned(List<List<String>> lines) {
    return IntStream.range(0, lines.getFirst().size())
        .mapToObj(column -> lines.stream().map(line -> line.get(column)).toList())
        .toList();
  }

  /** The first line is the head. */
  static List<List<String>> goals(List<Verdict> verdicts) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("goal", "required", "measured", ""));
    for (Verdict verdict : verdicts) {
      lines.add(
          List.of(
              verdict.what(),
              verdict.required(),
              verdict.measured(),
              verdict.met() ? "met" : "MISSED"));
    }
    return lines;
  }

  /** The first line is the head. */
  private static void table(List<List<String>> lines, StringBuilder text) {
    int columns = lines.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (int n = 0; n < lines.size(); n++) {
      text.append('|');
      for (int i = 0; i < columns; i++) {
        String format = i == 0 ? " %-" + widths[i] + "s |" : " %" + Math.max(1, widths[i]) + "s |";
        text.append(String.format(Locale.ROOT, format, lines.get(n).get(i)));
      }
      text.append('\n');
      if (n == 0) {
        text.append('|');
        for (int i = 0; i < columns; i++) {
          int dashes = Math.max(1, widths[i]);
          text.append(' ').append("-".repeat(dashes)).append(i == 0 ? " |" : ":|");
        }
        text.append('\n');
      }
    }
  }
}
