package dev.breakwater.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;

/** The report for a browser: one file that needs nothing from anywhere. */
public final class HtmlReport {
  /** A row with more columns has a table only, and its curves. */
  private static final int MANY = 10;

  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; color: #222; max-width: 1400px;
        margin: 2em auto; padding: 0 1.5em; }
      h2 { margin-top: 2.2em; border-bottom: 1px solid #ccc; }
      table { border-collapse: collapse; margin: .8em 0; font-size: 13px; }
      th, td { border: 1px solid #ddd; padding: .25em .6em; text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      th { background: #f4f4f4; }
      .met { color: #256029; } .missed { color: #b00020; font-weight: bold; }
      .charts { display: flex; flex-wrap: wrap; gap: .5em 2em; }
      figure { margin: .6em 0; width: 640px; max-width: 100%; }
      figcaption { font-weight: 600; font-size: 13px; }
      svg text { font: 12px system-ui, sans-serif; fill: #222; }
      """;

  private final StringBuilder html = new StringBuilder();

  private HtmlReport() {}

  public static String of(Machine machine, List<String> notes, List<RowReport> rows) {
    HtmlReport report = new HtmlReport();
    report.begin(machine, notes);
    report.summary(rows);
    rows.forEach(report::row);
    return report.html.append("</body></html>\n").toString();
  }

  private void begin(Machine machine, List<String> notes) {
    html.append("<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>")
        .append("<title>Side by side</title><style>\n")
        .append(STYLE)
        .append("</style></head>\n<body><h1>Side by side</h1>\n<ul>\n");
    machine.facts().forEach((name, value) -> item(name + ": " + value));
    notes.forEach(this::item);
    html.append("</ul>\n<p>Bars are medians, the line on each goes from the least to the greatest.")
        .append("</p>\n");
  }

  private void item(String text) {
    html.append("<li>").append(escape(text)).append("</li>\n");
  }

  private void summary(List<RowReport> rows) {
    List<Verdict> all = rows.stream().flatMap(row -> row.verdicts().stream()).toList();
    long missed = all.stream().filter(verdict -> !verdict.met()).count();
    html.append("<h2>Goals</h2>\n<p>")
        .append(all.size())
        .append(" goals, ")
        .append(missed)
        .append(" missed.</p>\n<table><tr><th>row</th><th>goal</th><th>required</th>")
        .append("<th>measured</th><th></th></tr>\n");
    for (RowReport row : rows) {
      row.verdicts().forEach(verdict -> verdict(row, verdict));
    }
    html.append("</table>\n");
  }

  private void verdict(RowReport row, Verdict verdict) {
    String name = escape(row.name());
    html.append("<tr><td><a href='#").append(name).append("'>").append(name).append("</a></td>");
    cell("td", verdict.what());
    cell("td", verdict.required());
    cell("td", verdict.measured());
    html.append(verdict.met() ? "<td class='met'>met" : "<td class='missed'>MISSED")
        .append("</td></tr>\n");
  }

  private void row(RowReport row) {
    String name = escape(row.name());
    html.append("<h2 id='")
        .append(name)
        .append("'>")
        .append(name)
        .append("</h2>\n<p>")
        .append(escape(row.title()))
        .append("</p>\n<div class='charts'>\n");
    row.curves().forEach(curve -> Chart.lines(curve, row.results()).ifPresent(html::append));
    if (row.curves().isEmpty() && row.metrics().size() <= MANY) {
      row.metrics().forEach(metric -> Chart.bars(metric, row.results()).ifPresent(html::append));
    }
    html.append("</div>\n");
    table(TextReport.registries(row));
    for (String registry : row.results().registries()) {
      for (String reason : row.results().reasons(registry)) {
        html.append("<p class='missed'>Failure of ")
            .append(escape(registry + ": " + reason))
            .append("</p>\n");
      }
    }
  }

  /** The first line is the head. */
  private void table(List<List<String>> lines) {
    List<List<String>> upright =
        lines.getFirst().size() > MANY + 2 ? TextReport.turned(lines) : lines;
    html.append("<table>");
    for (int i = 0; i < upright.size(); i++) {
      html.append("<tr>");
      String kind = i == 0 ? "th" : "td";
      upright.get(i).forEach(text -> cell(kind, text));
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private void cell(String kind, String text) {
    html.append('<').append(kind).append('>').append(escape(text));
    html.append("</").append(kind).append('>');
  }

  static String escape(String text) {
    return text.codePoints().mapToObj(HtmlReport::escape).collect(Collectors.joining());
  }

  private static String escape(int character) {
    return switch (character) {
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '&' -> "&amp;";
      case '\'' -> "&#39;";
      case '"' -> "&quot;";
      default -> Character.toString(character);
    };
  }
}
