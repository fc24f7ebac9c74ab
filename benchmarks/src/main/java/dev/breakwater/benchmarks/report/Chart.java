package dev.breakwater.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pictures as SVG that stands in an HTML page. */
final class Chart {
  private static final List<String> COLOURS = List.of("#0b6e99", "#c77d0a", "#7a5195", "#4d7c34");
  private static final int WIDTH = 640;
  private static final int LABEL = 130;
  private static final int VALUE = 170;
  private static final int BAR = 22;
  private static final int PLOT = 220;
  private static final int MARGIN = 46;

  private final StringBuilder svg = new StringBuilder();

  private Chart() {}

  /** A bar for each registry's median, with a line from the least to the greatest. */
  static Optional<String> bars(Metric metric, Results results) {
    List<String> measured =
        results.registries().stream()
            .filter(name -> results.spread(name, metric).filter(Chart::isFinite).isPresent())
            .toList();
    double most =
        measured.stream()
            .mapToDouble(name -> results.spread(name, metric).orElseThrow().greatest())
            .max()
            .orElse(0);
    if (most <= 0) {
      return Optional.empty();
    }
    Chart chart = new Chart();
    chart.open(metric.heading(), measured.size() * BAR + 4);
    for (int i = 0; i < measured.size(); i++) {
      String name = measured.get(i);
      Spread spread = results.spread(name, metric).orElseThrow();
      chart.bar(i, name, spread, spread.text(metric.decimals()), most);
    }
    return Optional.of(chart.close());
  }

  private void bar(int index, String name, Spread spread, String value, double most) {
    int top = index * BAR + 4;
    double scale = (WIDTH - LABEL - VALUE) / most;
    int middle = top + 8;
    text(LABEL - 8, top + 12, "end", name);
    add(
        "<rect x='%d' y='%d' width='%.1f' height='16' fill='%s'/>",
        LABEL, top, spread.median() * scale, colour(index));
    add(
        "<path d='M%.1f %dH%.1f' stroke='#222'/>",
        LABEL + spread.least() * scale, middle, LABEL + spread.greatest() * scale);
    text(LABEL + (int) (spread.greatest() * scale) + 6, top + 12, "start", value);
  }

  /** A line for each registry; the axis below is logarithmic. */
  static Optional<String> lines(Curve curve, Results results) {
    double most = 0;
    for (String name : results.registries()) {
      for (Curve.Point point : curve.points()) {
        most = Math.max(most, median(results, name, point).orElse(0.0));
      }
    }
    if (most <= 0) {
      return Optional.empty();
    }
    Chart chart = new Chart();
    chart.open(curve.title(), PLOT + 2 * MARGIN);
    chart.axes(curve, most);
    for (int i = 0; i < results.registries().size(); i++) {
      chart.line(i, curve, results, most);
    }
    return Optional.of(chart.close());
  }

  private void axes(Curve curve, double most) {
    add(
        "<path d='M%d %dV%dH%d' stroke='#888' fill='none'/>",
        LABEL, MARGIN, MARGIN + PLOT, WIDTH - MARGIN);
    for (int quarter = 0; quarter <= 4; quarter++) {
      double value = most * quarter / 4;
      text(LABEL - 8, (int) y(value, most) + 4, "end", number(value));
      add("<path d='M%d %.1fH%d' stroke='#ddd'/>", LABEL, y(value, most), WIDTH - MARGIN);
    }
    for (Curve.Point point : curve.points()) {
      text((int) x(curve, point), MARGIN + PLOT + 18, "middle", number(point.at()));
    }
    text((LABEL + WIDTH - MARGIN) / 2, MARGIN + PLOT + 36, "middle", curve.of());
  }

  private void line(int index, Curve curve, Results results, double most) {
    String name = results.registries().get(index);
    List<String> corners = new ArrayList<>();
    for (Curve.Point point : curve.points()) {
      Optional<Double> value = median(results, name, point);
      if (value.isPresent()) {
        double x = x(curve, point);
        double y = y(value.get(), most);
        corners.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y));
        add("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", x, y, colour(index));
      }
    }
    add(
        "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>",
        String.join(" ", corners), colour(index));
    add(
        "<rect x='%d' y='8' width='10' height='10' fill='%s'/>",
        LABEL + index * 140, colour(index));
    text(LABEL + index * 140 + 16, 17, "start", name);
  }

  private static double x(Curve curve, Curve.Point point) {
    double first = Math.log(curve.points().getFirst().at());
    double last = Math.log(curve.points().getLast().at());
    double part = last > first ? (Math.log(point.at()) - first) / (last - first) : 0.5;
    return LABEL + 12 + part * (WIDTH - MARGIN - LABEL - 24);
  }

  private static double y(double value, double most) {
    return MARGIN + PLOT - value / most * PLOT;
  }

  private static Optional<Double> median(Results results, String name, Curve.Point point) {
    return results.spread(name, point.metric()).filter(Chart::isFinite).map(Spread::median);
  }

  private static boolean isFinite(Spread spread) {
    return Double.isFinite(spread.least()) && Double.isFinite(spread.greatest());
  }

  private static String number(double value) {
    return value >= 10 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  private static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  private void open(String title, int height) {
    add("<figure><figcaption>%s</figcaption>", HtmlReport.escape(title));
    add("<svg viewBox='0 0 %d %d' role='img'>", WIDTH, height);
    add("<title>%s</title>", HtmlReport.escape(title));
  }

  private String close() {
    return svg.append("</svg></figure>\n").toString();
  }

  private void text(int x, int y, String anchor, String text) {
    add("<text x='%d' y='%d' text-anchor='%s'>%s</text>", x, y, anchor, HtmlReport.escape(text));
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments));
  }
}
