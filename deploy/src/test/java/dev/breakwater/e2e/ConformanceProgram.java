package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The conformance program of the OCI distribution specification. */
final class ConformanceProgram {
  /** Fewer would mean that the program has left out whole groups. */
  private static final int LEAST_TESTS = 800;

  private ConformanceProgram() {}

  /**
   * As the administrator, in repositories of the project {@code conformance}; nothing may be
   * skipped.
   *
   * @param version {@code stable} or {@code dev}
   */
  static void assertPasses(String version, String registry, String password, Path results)
      throws Exception {
    Outcome outcome =
        Command.client("conformance")
            .in(results)
            .with("OCI_REGISTRY", registry)
            .with("OCI_TLS", "disabled")
            .with("OCI_VERSION", version)
            .with("OCI_REPO1", "conformance/" + version + "1")
            .with("OCI_REPO2", "conformance/" + version + "2")
            .with("OCI_USERNAME", "admin")
            .with("OCI_PASSWORD", password)
            .with("OCI_RESULTS_DIR", results)
            .within(Duration.ofMinutes(5))
            .run();

    Report report = Report.read(results.resolve("junit.xml"));
    assertThat(report.troubles()).isEmpty();
    assertThat(report.tests()).isGreaterThan(LEAST_TESTS);
    assertThat(outcome.status()).as("its status").isZero();
  }

  /** What the program counted, and the tests that did not pass, each with what it printed. */
  private record Report(int tests, List<String> troubles) {
    private static final Set<String> TROUBLES = Set.of("failure", "error");

    static Report read(Path file) throws Exception {
      Document document =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
      List<String> troubles = new ArrayList<>();
      NodeList cases = suite.getElementsByTagName("testcase");
      for (int i = 0; i < cases.getLength(); i++) {
        Element test = (Element) cases.item(i);
        String status = test.getAttribute("status");
        if (TROUBLES.contains(status)) {
          troubles.add(status + ": " + test.getAttribute("name") + ": " + printed(test));
        }
      }
      for (String count : List.of("failures", "errors", "skipped")) {
        // Left out when it is 0. What the version turns off is marked skipped, but not counted.
        if (!Set.of("", "0").contains(suite.getAttribute(count))) {
          troubles.add(count + ": " + suite.getAttribute(count));
        }
      }
      return new Report(Integer.parseInt(suite.getAttribute("tests")), troubles);
    }

    private static String printed(Element test) {
      NodeList output = test.getElementsByTagName("system-out");
      return output.getLength() == 0 ? "" : output.item(0).getTextContent().strip();
    }
  }
}
