package dev.breakwater.http.api.job;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.schedule.ListSchedules;
import dev.breakwater.core.schedule.Schedule;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What begins by itself. */
public final class ScheduleOperations {
  private static final String API = "/api/v2.0/schedules";

  private final ListSchedules schedules;

  public ScheduleOperations(ListSchedules schedules) {
    this.schedules = schedules;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", API, "listSchedules", this::list)
        .add("GET", API + "/{job_type}/paused", "getSchedulePaused", this::paused);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    return schedules
        .list(exchange.caller(), ListRequest.all(page.offset(), page.size()))
        .flatMap(found -> {
          page.describe(exchange, found.total());
          return ApiAnswers.json(exchange, 200, found.map(ScheduleOperations::json).elements());
        });
  }

  private static Map<String, Object> json(Schedule schedule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", schedule.id());
    json.put("vendor_type", schedule.kind());
    json.put("vendor_id", schedule.ownerId());
    json.put("cron", schedule.cron());
    json.put("update_time", ApiAnswers.time(schedule.updatedAt()));
    return json;
  }

  private Mono<Void> paused(Exchange exchange, PathParameters path) {
    return schedules
        .paused(exchange.caller())
        .flatMap(paused ->
            path.get(0).equals("all")
                ? ApiAnswers.json(exchange, 200, Map.of("paused", paused))
                : Mono.error(
                    new RegistryException(
                        ErrorCode.BAD_REQUEST,
                        "'"
                            + Printable.shorten(path.get(0))
                            + "' cannot be asked for; only all schedules are paused at once:"
                            + " use 'all'")));
  }
}
