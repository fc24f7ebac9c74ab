package dev.breakwater.benchmarks.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WrkTest {
  private static final String OUTPUT =
      """
      Running 8s test @ http://127.0.0.1:5000/v2/a/manifests/latest
        2 threads and 32 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     7.85ms   10.30ms 148.72ms   91.66%
          Req/Sec     2.60k   512.32     3.61k    67.50%
        Latency Distribution
           50%    5.03ms
           75%    8.89ms
           90%   15.35ms
           99%   56.10ms
        41470 requests in 8.02s, 42.55MB read
      Requests/sec:   5172.29
      Transfer/sec:      5.31MB
      """;

  @Test
  void readsRateAndLatency() throws IOException {
    Wrk run = Wrk.parse(OUTPUT);

    assertThat(run).isEqualTo(new Wrk(41470, 5172.29, 56.10, 0));
  }

  @Test
  void countsEveryKindOfFailure() throws IOException {
    Wrk run =
        Wrk.parse(
            OUTPUT
                + "  Socket errors: connect 1, read 2, write 3, timeout 4\n"
                + "  Non-2xx or 3xx responses: 100\n");

    assertThat(run.failed()).isEqualTo(110);
  }

  @Test
  void convertsOtherUnitsOfTime() throws IOException {
    assertThat(Wrk.parse(OUTPUT.replace("56.10ms", "870.00us")).p99Millis()).isEqualTo(0.87);
    assertThat(Wrk.parse(OUTPUT.replace("56.10ms", "1.50s")).p99Millis()).isEqualTo(1500);
  }

  @Test
  void refusesWhatIsNotAReport() {
    assertThatThrownBy(() -> Wrk.parse("unable to connect"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unable to connect");
  }
}
