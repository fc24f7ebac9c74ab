package dev.breakwater.http.api.robot;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;

/**
 * Which robots are asked for: {@code q=Level=project,ProjectID=1}; without a level the system's.
 */
record RobotQuery(Optional<Long> projectId, ListRequest request) {

  static RobotQuery of(Exchange exchange, Page page) {
    ListRequest request = page.request(exchange);
    String level = value(request, "level").orElse("system");
    Optional<Long> project = value(request, "projectid").map(RobotQuery::number);
    return switch (level) {
      case "project" -> {
        if (project.isEmpty()) {
          throw bad("must with project ID when to query project robots");
        }
        yield new RobotQuery(project, request);
      }
      case "system" -> new RobotQuery(Optional.empty(), request);
      default -> throw bad("Level is '" + Printable.shorten(level) + "'; it is system or project");
    };
  }

  private static Optional<String> value(ListRequest request, String field) {
    return request.conditions().stream()
        .filter(each -> each.field().replace("_", "").equalsIgnoreCase(field))
        .map(each -> each instanceof Condition.Exact exact ? exact.value() : "")
        .findFirst();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw bad("ProjectID is '" + Printable.shorten(text) + "'; it must be a number");
    }
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
