package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Asks for a new password: on the terminal without showing it, else on standard input. */
final class PasswordPrompt {
  private static final int MAX_LENGTH = 1024;

  private PasswordPrompt() {}

  /**
   * @param fromInput takes the first line of the input, whatever there is
   * @throws IOException with a message for the operator
   */
  static String read(boolean fromInput, InputStream input) throws IOException {
    Console console = System.console();
    return fromInput || console == null || !console.isTerminal() ? firstLine(input) : ask(console);
  }

  private static String ask(Console console) throws IOException {
    char[] first = console.readPassword("New password: ");
    char[] second = console.readPassword("Again: ");
    if (first == null || second == null || !Arrays.equals(first, second)) {
      throw new IOException("the two passwords are not the same");
    }
    return new String(first);
  }

  private static String firstLine(InputStream input) throws IOException {
    byte[] bytes = input.readNBytes(MAX_LENGTH);
    String line = new String(bytes, UTF_8).lines().findFirst().orElse("");
    if (line.isEmpty()) {
      throw new IOException("there is no password on standard input");
    }
    return line;
  }
}
