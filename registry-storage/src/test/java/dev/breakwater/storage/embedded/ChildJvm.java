package dev.breakwater.storage.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link PostgresOwner} as a process of its own. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param prefix a command that starts it, may be empty
   * @param missing tools that it is to believe missing, separated by commas
   */
  static ChildJvm start(
      List<String> prefix, String classPath, Path data, Path programs, String missing)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            PostgresOwner.class.getName(),
            data.toString(),
            programs.toString(),
            missing));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  static ChildJvm start(Path data, String missing) throws IOException {
    return start(
        List.of(), System.getProperty("java.class.path", ""), data, TestPostgres.PROGRAMS, missing);
  }

  static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  long pid() {
    return process.pid();
  }

  /** Waits for that line; the lines before it are dropped. */
  void await(String line) throws IOException {
    List<String> seen = new ArrayList<>();
    for (String next = output.readLine(); next != null; next = output.readLine()) {
      if (next.equals(line)) {
        return;
      }
      seen.add(next);
    }
    throw new AssertionError("it ended without saying " + line + ": " + seen);
  }

  /** Kills it without warning; gives back the last number that it printed. */
  int kill() throws IOException, InterruptedException {
    // Not destroyForcibly: that closes the output, too.
    Launcher.signal("KILL", process.pid());
    process.waitFor();
    int last = 0;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      // The last line may be cut off in the middle of a number: it counts for what is there.
      last = line.isEmpty() ? last : Integer.parseInt(line);
    }
    return last;
  }

  void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    await("stopped");
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
