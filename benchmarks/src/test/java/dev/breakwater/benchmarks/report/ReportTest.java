package dev.breakwater.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Metric RATE = new Metric("rate", "requests/s", 0);
  private static final Machine MACHINE = new Machine(Map.of("cores", "2"));

  private final Results results = new Results();
  private final RowReport row =
      new RowReport("get", "GET", List.of(RATE), List.of(new Goal.AtMost(5000, RATE)), results);

  @Test
  void printsMediansWithTheirSpread() {
    results.add("breakwater", Sample.of(Map.of(RATE, 4000.0)));
    results.add("breakwater", Sample.of(Map.of(RATE, 6000.0)));

    assertThat(TextReport.of(MACHINE, List.of(), List.of(row)))
        .isEqualTo(
            """
            - cores: 2

            ### get: GET

            | registry   |          requests/s | failures |
            | ---------- | -------------------:| --------:|
            | breakwater | 5,000 (4,000-6,000) |        0 |

            | goal       | required | measured |     |
            | ---------- | --------:| --------:| ---:|
            | requests/s | <= 5,000 |    5,000 | met |
            """);
  }

  @Test
  void printsADashForWhatWasNotMeasured() {
    results.add("breakwater", Sample.failure("refused \"it\""));

    String text = TextReport.of(MACHINE, List.of(), List.of(row));

    assertThat(text).contains("| breakwater |          - |        1 |");
    assertThat(text).contains("Failure of breakwater: refused \"it\"");
  }

  @Test
  void turnsATableThatWouldBeTooWide() {
    List<Metric> many =
        IntStream.range(0, 11).mapToObj(n -> new Metric("m" + n, "page " + n, 0)).toList();
    RowReport wide = new RowReport("lists", "GET", many, List.of(), results);
    results.add("breakwater", Sample.of(Map.of(many.get(10), 7.0)));

    assertThat(TextReport.of(MACHINE, List.of(), List.of(wide)))
        .contains(
            "| registry | breakwater |", "| page 9   |          - |", "| page 10  |          7 |");
  }

  @Test
  void writesEverySampleAsJson() {
    results.add("breakwater", new Sample(Map.of(RATE, 4000.0), 1, List.of("refused \"it\"\n")));

    assertThat(JsonReport.of(MACHINE, List.of("a note"), List.of(row)))
        .isEqualTo(
            """
            {"machine":{"cores":"2"},"notes":["a note"],"rows":[{"name":"get","title":"GET",\
            "registries":{"breakwater":[{"rate":4000.0,"failed":1,"reasons":["refused \\"it\\"\\n"]}]},\
            "goals":[{"goal":"requests/s","required":"<= 5,000","measured":"4,000","met":true}]}]}
            """);
  }
}
