package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.plain.PlainTransfer;
import dev.breakwater.benchmarks.registry.S3Server;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@link PlainTransfer} reached, in a process of its own.
 *
 * @param push in MB/s
 * @param pull in MB/s
 */
record PlainClient(double push, double pull) {
  static PlainClient run(S3Server server, int mebibytes) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                PlainTransfer.class.getName(),
                server.endpoint(),
                S3Server.BUCKET,
                S3Server.ACCESS_KEY,
                S3Server.SECRET_KEY,
                Integer.toString(mebibytes))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the plain client failed: " + output.strip());
    }
    return new PlainClient(rate(output, "push"), rate(output, "pull"));
  }

  private static double rate(String output, String what) throws IOException {
    return output
        .lines()
        .filter(line -> line.startsWith(what + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(what.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException("the plain client said nothing of a " + what));
  }

  /** The libraries of the micro benchmarks, without the native code of other processors. */
  private static String classPath() throws IOException {
    Path classes = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
    String foreign = System.getProperty("os.arch").equals("aarch64") ? "x86_64" : "aarch_64";
    try (Stream<Path> libraries = Files.list(classes.resolveSibling("micro"))) {
      return Stream.concat(
              Stream.of(classes),
              libraries.filter(it -> !it.toString().endsWith("-linux-" + foreign + ".jar")))
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }
}
