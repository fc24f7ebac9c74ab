package dev.breakwater.storage.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program of the tests in a process of its own: for what only the environment can say, and to be
 * killed. Its temporary files are in the build's folder and go with it.
 */
public final class ProbeProcess implements AutoCloseable {
  private static final int LONGEST_SECONDS = 50;

  private final Path temporary = TestProgram.folder("probe");
  private final Process process;
  private final BufferedReader output;

  private ProbeProcess(
      Class<?> program, List<String> arguments, String hidden, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path", ""),
            program.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> !hidden.isEmpty() && name.startsWith(hidden));
    builder.environment().putAll(environment);
    process = builder.start();
    output = process.inputReader(UTF_8);
    CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
  }

  /**
   * Runs it to its end.
   *
   * @param hidden how the names of variables begin that it does not see
   * @param environment what it sees beside the rest
   * @return what it printed
   */
  public static String run(
      Class<?> program, List<String> arguments, String hidden, Map<String, String> environment)
      throws IOException, InterruptedException {
    try (ProbeProcess probe = new ProbeProcess(program, arguments, hidden, environment)) {
      String printed = probe.output.readAllAsString();
      assertThat(probe.process.waitFor()).as(printed).isZero();
      return printed;
    }
  }

  /** Does not wait. */
  public static ProbeProcess start(
      Class<?> program, List<String> arguments, Map<String, String> environment) {
    try {
      return new ProbeProcess(program, arguments, "", environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for that line; the lines before it are dropped. */
  public void await(String line) throws IOException {
    List<String> seen = new ArrayList<>();
    for (String next = output.readLine(); next != null; next = output.readLine()) {
      if (next.equals(line)) {
        return;
      }
      seen.add(next);
    }
    throw new AssertionError("it ended without saying " + line + ": " + seen);
  }

  /** It reads a line. */
  public void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** As {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    TestProgram.remove(temporary);
  }
}
