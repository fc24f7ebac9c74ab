package dev.breakwater.core.systemconfig;

import reactor.core.publisher.Mono;

/** Where the settings come from: rows, over which what the operator fixed at start counts. */
@FunctionalInterface
public interface ConfigurationSource {
  /** The settings as of at most 4 s ago; asked once per use, never kept. */
  Mono<Configuration> current();
}
