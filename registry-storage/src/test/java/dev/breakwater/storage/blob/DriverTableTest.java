package dev.breakwater.storage.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobStoreContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The README's table of drivers and servers says what the tests prove, and nothing else. */
class DriverTableTest {
  @ParameterizedTest
  @MethodSource("proofs")
  void saysWhatTheTestsProve(String driver, String server, List<String> tests) throws Exception {
    List<String> cells = row(driver, server);
    List<Class<?>> classes = classes(tests);
    String faults = cells.get(4);

    assertThat(cells.get(2).equals("yes"))
        .as("contract")
        .isEqualTo(classes.stream().anyMatch(BlobStoreContract.class::isAssignableFrom));
    assertThat(cells.get(3).equals("yes")).as("storm").isEqualTo(has(classes, "BrokenOff"));
    assertThat(faults.contains("cuts both ways"))
        .as("cuts")
        .isEqualTo(has(classes, "BreaksConnections|CutOff|Cuts"));
    assertThat(faults.contains("narrow bandwidth"))
        .as("bandwidth")
        .isEqualTo(has(classes, "SlowNetwork|NarrowNetwork"));
    assertThat(faults.contains("server away and back"))
        .as("away")
        .isEqualTo(has(classes, "ServerIsAway|ServerThatComesBack"));
    assertThat(cells.get(5).equals("yes")).as("kill").isEqualTo(has(classes, "ProcessIsKilled"));
  }

  static Stream<Arguments> proofs() {
    return Stream.of(
        Arguments.of(
            "s3",
            "Versity Gateway 1.8.0",
            List.of("s3.VersityBlobStoreTest", "s3.S3UploadTest", "s3.S3FaultTest")),
        Arguments.of(
            "s3", "S3Proxy 4.1.0", List.of("s3.S3ProxyBlobStoreTest", "s3.S3ProxyUploadTest")),
        Arguments.of("azblob", "Azurite 3.35.0", List.of("opendal.AzuriteTest")),
        Arguments.of("gcs", "fake-gcs-server 1.56.1", List.of("opendal.FakeGcsTest")),
        Arguments.of("swift", "OpenStack Swift 2.30.1", List.of("opendal.OpenStackSwiftTest")));
  }

  private static List<Class<?>> classes(List<String> tests) throws ClassNotFoundException {
    List<Class<?>> classes = new ArrayList<>();
    for (String test : tests) {
      classes.add(Class.forName(DriverTableTest.class.getPackageName() + "." + test));
    }
    return classes;
  }

  private static boolean has(List<Class<?>> tests, String words) {
    return tests.stream()
        .flatMap(DriverTableTest::methods)
        .map(Method::getName)
        .anyMatch(Pattern.compile(words).asPredicate());
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
