package dev.breakwater.storage.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program of the tests in a process of its own, for what only the environment can say. */
public final class ProbeProcess {
  private ProbeProcess() {}

  /**
   * Runs it to its end.
   *
   * @param hidden how the names of variables begin that it does not see
   * @param environment what it sees beside the rest
   * @return what it printed
   */
  public static String run(Class<?> program, String hidden, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", ""),
                program.getName()));
    builder.environment().keySet().removeIf(name -> name.startsWith(hidden));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
