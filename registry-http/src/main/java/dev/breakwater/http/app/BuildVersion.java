package dev.breakwater.http.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which version of the program this is: the build writes it down. */
public final class BuildVersion {
  private BuildVersion() {}

  /** For example {@code 0.1.0}. */
  public static String current() {
    try (InputStream stream = BuildVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
