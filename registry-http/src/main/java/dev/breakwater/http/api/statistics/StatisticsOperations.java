package dev.breakwater.http.api.statistics;

import dev.breakwater.core.statistics.ReadStatistics;
import dev.breakwater.core.statistics.Statistics;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /statistics} in Harbor's shape. */
public final class StatisticsOperations {
  private final ReadStatistics statistics;

  public StatisticsOperations(ReadStatistics statistics) {
    this.statistics = statistics;
  }

  public void addTo(ApiRouter router) {
    router.add("GET", "/api/v2.0/statistics", "getStatistic", this::get);
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return statistics
        .read(exchange.caller())
        .flatMap(found -> ApiAnswers.json(exchange, 200, json(found)));
  }

  private static Map<String, Object> json(Statistics statistics) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("private_project_count", statistics.privateOnes().projects());
    json.put("private_repo_count", statistics.privateOnes().repositories());
    json.put("public_project_count", statistics.publicOnes().projects());
    json.put("public_repo_count", statistics.publicOnes().repositories());
    json.put("total_project_count", statistics.everything().projects());
    json.put("total_repo_count", statistics.everything().repositories());
    json.put("total_storage_consumption", statistics.bytes());
    return json;
  }
}
