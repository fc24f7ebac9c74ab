package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end, with a deadline. */
final class Command {
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path directory = Path.of("").toAbsolutePath();
  private Path input = Path.of("/dev/null");
  private Duration deadline = Duration.ofMinutes(2);

  private Command() {}

  static Command of(Object... words) {
    return new Command().append(words);
  }

  /** A client program of {@link ClientProgram}, by its name. */
  static Command client(String name, Object... words) {
    return of(ClientProgram.require(name)).append(words);
  }

  Command append(Object... more) {
    for (Object word : more) {
      words.add(word.toString());
    }
    return this;
  }

  Command with(String variable, Object value) {
    environment.put(variable, value.toString());
    return this;
  }

  Command in(Path directory) {
    this.directory = directory;
    return this;
  }

  Command input(Path file) {
    this.input = file;
    return this;
  }

  Command within(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  /** Runs it and expects exit status 0. */
  String succeed() {
    Outcome outcome = run();
    assertThat(outcome.status()).as("status of %s%n%s", words, outcome.text()).isZero();
    return outcome.output();
  }

  /** Runs it and expects another exit status than 0. */
  String fail() {
    Outcome outcome = run();
    assertThat(outcome.status()).as("status of %s%n%s", words, outcome.text()).isNotZero();
    return outcome.text();
  }

  Outcome run() {
    try {
      Path output = Files.createTempFile("e2e", ".out");
      Path errors = Files.createTempFile("e2e", ".err");
      try {
        int status = await(start(output.toFile(), errors.toFile()), output, errors);
        return new Outcome(status, Files.readString(output), Files.readString(errors));
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not run " + words, e);
    }
  }

  private Process start(File output, File errors) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
    builder.environment().putAll(environment);
    builder.redirectInput(input.toFile()).redirectOutput(output).redirectError(errors);
    return builder.start();
  }

  private int await(Process process, Path output, Path errors) throws IOException {
    try {
      if (process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw new AssertionError(
          "%s did not end within %s%n%s%s"
              .formatted(words, deadline, Files.readString(output), Files.readString(errors)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + words, e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
