package dev.breakwater.http.api;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Compares answers of the management API with our own description: types, members, statuses. What
 * is not described is not looked at here; that nothing is missing has a test of its own.
 */
public final class AnswerCheck {
  private static final Set<String> UNDESCRIBED =
      Set.of("validation.request.path.missing", "validation.request.operation.notAllowed");

  private AnswerCheck() {}

  /**
   * @param target path and query
   * @throws AssertionError when the answer is not what the description says
   */
  public static void verify(
      String method, String target, int status, HttpHeaders headers, byte[] body) {
    String path = target.split("\\?", 2)[0];
    if (!path.startsWith("/api/v2.0/") || method.equals("HEAD") || !isKnown(method)) {
      return;
    }
    SimpleResponse.Builder response = SimpleResponse.Builder.status(status);
    headers.map().forEach((name, values) -> response.withHeader(name, values));
    if (body.length > 0) {
      response.withBody(body);
    }
    ValidationReport report =
        Shared.VALIDATOR.validateResponse(path, Request.Method.valueOf(method), response.build());
    String wrong =
        report.getMessages().stream()
            .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
            .filter(message -> !UNDESCRIBED.contains(message.getKey()))
            .map(message -> message.getKey() + ": " + message.getMessage())
            .reduce("", (all, next) -> all + "\n" + next);
    if (!wrong.isEmpty()) {
      throw new AssertionError(
          "%s %s answered %d, not as described:%s\n%s"
              .formatted(method, target, status, wrong, new String(body, StandardCharsets.UTF_8)));
    }
  }

  private static boolean isKnown(String method) {
    for (Request.Method known : Request.Method.values()) {
      if (known.name().equals(method)) {
        return true;
      }
    }
    return false;
  }

  /** Our description, as it is served. */
  public static String description() {
    try (InputStream in = AnswerCheck.class.getResourceAsStream("/api/breakwater.yaml")) {
      if (in == null) {
        throw new AssertionError("there is no description");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loaded when it is first needed: it takes a second or two. */
  private static final class Shared {
    static final OpenApiInteractionValidator VALIDATOR =
        OpenApiInteractionValidator.createForInlineApiSpecification(description()).build();
  }
}
