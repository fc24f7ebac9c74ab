package dev.breakwater.storage.blob.s3;

import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/**
 * What the service answered.
 *
 * @param body all of it
 */
record S3Answer(int status, HttpHeaders headers, byte[] body) {
  /** The named header. */
  String header(String name) throws IOException {
    return find(name)
        .orElseThrow(() -> new IOException("an answer of S3 lacks the header " + name));
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  long length() throws IOException {
    String text = header("Content-Length");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("an answer of S3 has the length '" + text + "'", e);
    }
  }

  Instant modified() throws IOException {
    String text = header("Last-Modified");
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      throw new IOException("an answer of S3 has the date '" + text + "'", e);
    }
  }

  /** The body as a document with one of these roots; some errors come with status 200. */
  XmlElement document(String... roots) throws IOException {
    XmlElement document = XmlElement.parse(body);
    if (document.name().equals("Error")) {
      throw S3Exception.of(500, document);
    }
    if (!Set.of(roots).contains(document.name())) {
      throw new IOException(
          "S3 answered with <" + document.name() + ">, not <" + String.join("> or <", roots) + ">");
    }
    return document;
  }
}
