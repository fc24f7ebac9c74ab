package dev.breakwater.http.api.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.job.TaskLog;
import dev.breakwater.http.server.Exchange;
import java.util.List;
import reactor.core.publisher.Mono;

/** Stored logs as answers. */
public final class TextAnswers {
  private TextAnswers() {}

  /** The lines as plain text; what tasks wrote is bounded. */
  public static Mono<Void> log(Exchange exchange, List<TaskLog.Line> lines) {
    return exchange.sendBytes(
        200, "text/plain; charset=utf-8", TaskLog.text(lines).getBytes(UTF_8));
  }
}
