package dev.breakwater.storage.blob.opendal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobStoreContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's table of drivers and servers says what the tests prove, and nothing else. */
class DriverTableTest {
  @ParameterizedTest
  @MethodSource("proofs")
  void saysWhatTheTestsProve(String driver, String server, List<Class<?>> tests)
      throws IOException {
    List<String> cells = row(driver, server);

    assertThat(cells.get(2).equals("yes"))
        .as("contract")
        .isEqualTo(tests.stream().anyMatch(BlobStoreContract.class::isAssignableFrom));
    assertThat(cells.get(3).equals("yes")).as("storm").isEqualTo(has(tests, "BrokenOff"));
    assertThat(!cells.get(4).isEmpty()).as("faults").isEqualTo(has(tests, "Network"));
    assertThat(!cells.get(5).isEmpty()).as("resume").isEqualTo(has(tests, "Replica"));
  }

  static Stream<Arguments> proofs() {
    return Stream.of(
        Arguments.of("azblob", "Azurite 3.35.0", List.of(AzuriteTest.class)),
        Arguments.of("gcs", "fake-gcs-server 1.56.1", List.of(FakeGcsTest.class)),
        Arguments.of("swift", "OpenStack Swift 2.30.1", List.of(OpenStackSwiftTest.class)));
  }

  private static boolean has(List<Class<?>> tests, String word) {
    return tests.stream()
        .flatMap(DriverTableTest::methods)
        .map(Method::getName)
        .anyMatch(name -> name.contains(word));
  }

  private static Stream<Method> methods(Class<?> test) {
    return Stream.<Class<?>>iterate(test, each -> each != Object.class, Class::getSuperclass)
        .flatMap(each -> Arrays.stream(each.getDeclaredMethods()));
  }

  private static List<String> row(String driver, String server) throws IOException {
    return Files.readAllLines(Path.of("README.md")).stream()
        .filter(line -> line.startsWith("| " + driver + " | " + server))
        .map(line -> Arrays.stream(line.split("\\|", -1)).skip(1).map(String::strip).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row for " + driver + " on " + server));
  }
}
