package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.plain.PlainTransfer;
import dev.breakwater.benchmarks.registry.JavaProgram;
import dev.breakwater.benchmarks.registry.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

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
                JavaProgram.client(
                    PlainTransfer.class,
                    server.endpoint(),
                    S3Server.BUCKET,
                    S3Server.ACCESS_KEY,
                    S3Server.SECRET_KEY,
                    Integer.toString(mebibytes)))
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
}
