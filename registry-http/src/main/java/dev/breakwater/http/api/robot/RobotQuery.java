package dev.breakwater.http.api.robot;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.Ids;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.server.Exchange;
import java.util.Locale;
import java.util.Optional;

/**
 * Which robots are asked for: {@code q=Level=project,ProjectID=1}; without a level the system's.
 */
record RobotQuery(Optional<Long> projectId, ListRequest request) {

  static RobotQuery of(Exchange exchange, Page page) {
    String level = "system";
    Optional<Long> project = Optional.empty();
    for (String pair : exchange.parameter("q").orElse("").split(",", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? "" : pair.substring(0, equals).strip();
      String value = pair.substring(equals + 1).strip();
      switch (key.toLowerCase(Locale.ROOT).replace("_", "")) {
        case "level" -> level = value;
        case "projectid" -> project = Optional.of(Ids.parse("ProjectID", value));
        default -> {}
      }
    }
    return switch (level) {
      case "project" -> {
        if (project.isEmpty()) {
          throw bad("must with project ID when to query project robots");
        }
        yield new RobotQuery(project, ListRequest.all(page.offset(), page.size()));
      }
      case "system" ->
          new RobotQuery(Optional.empty(), ListRequest.all(page.offset(), page.size()));
      default -> throw bad("Level is '" + Printable.shorten(level) + "'; it is system or project");
    };
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
