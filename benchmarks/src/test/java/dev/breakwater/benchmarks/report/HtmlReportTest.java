package dev.breakwater.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final Metric RATE = new Metric("rate", "requests/s", 0);
  private static final Metric FEW = new Metric("few", "10 tags: CPU µs", 0);
  private static final Metric MANY = new Metric("many", "1,000 tags: CPU µs", 0);
  private static final Machine MACHINE = new Machine(Map.of("cores", "2"));

  private final Results results = new Results();

  @Test
  void drawsABarForEachRegistry() {
    results.add("breakwater", Sample.of(Map.of(RATE, 4000.0)));
    results.add("breakwater", Sample.of(Map.of(RATE, 6000.0)));
    results.add("distribution", Sample.of(Map.of(RATE, 1500.0)));

    assertThat(html(List.of(RATE), List.of()))
        .contains(">5,000 (4,000-6,000)</text>", ">1,500</text>")
        .contains("<figcaption>requests/s</figcaption>");
  }

  @Test
  void drawsCurves() {
    results.add("breakwater", Sample.of(Map.of(FEW, 20.0, MANY, 40.0)));
    Curve curve =
        new Curve("CPU µs", "tags", List.of(new Curve.Point(10, FEW), new Curve.Point(1000, MANY)));

    assertThat(html(List.of(FEW, MANY), List.of(curve)))
        .contains("<polyline points='", "<figcaption>CPU µs</figcaption>", ">tags</text>");
  }

  @Test
  void tellsWhichGoalsAreMissed() {
    results.add("breakwater", Sample.of(Map.of(RATE, 6000.0)));

    assertThat(html(List.of(RATE), List.of()))
        .contains("1 goals, 1 missed", "<td>&lt;= 5,000</td><td>6,000</td>");
  }

  @Test
  void needsNothingFromElsewhere() {
    results.add("breakwater", Sample.failure("refused <it>"));

    assertThat(html(List.of(RATE), List.of()))
        .contains("breakwater: refused &lt;it&gt;")
        .doesNotContain("http", "src=", "<it>", "NaN");
  }

  private String html(List<Metric> metrics, List<Curve> curves) {
    RowReport row =
        new RowReport("get", "GET", metrics, curves, List.of(new Goal.AtMost(5000, RATE)), results);
    return HtmlReport.of(MACHINE, List.of(), List.of(row));
  }
}
