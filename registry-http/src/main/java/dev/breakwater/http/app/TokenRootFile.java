package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A copy of the token root's certificate in the data directory; the row is what counts. */
final class TokenRootFile {
  private final Path file;

  TokenRootFile(Path dataDirectory) {
    this.file = dataDirectory.resolve("token-root.pem");
  }

  Optional<String> read() throws IOException {
    try {
      return Optional.of(Files.readString(file, UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void write(String certificate) throws IOException {
    if (!read().equals(Optional.of(certificate))) {
      Files.writeString(file, certificate, UTF_8);
    }
  }
}
