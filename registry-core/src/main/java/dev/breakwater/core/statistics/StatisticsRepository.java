package dev.breakwater.core.statistics;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.statistics.Statistics.Count;
import reactor.core.publisher.Mono;

/** Counts rows. */
public interface StatisticsRepository {
  /** Public projects and their repositories. */
  Mono<Count> publicOnes();

  /** Projects that are not public and their repositories, as far as they may be seen. */
  Mono<Count> privateOnes(Visibility visibility);

  /** How many bytes all projects use together. */
  Mono<Long> bytes();
}
