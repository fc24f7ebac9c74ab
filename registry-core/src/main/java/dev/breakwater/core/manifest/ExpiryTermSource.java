package dev.breakwater.core.manifest;

import reactor.core.publisher.Mono;

/** Where the rules are kept that let artifacts of a project end. */
@FunctionalInterface
public interface ExpiryTermSource {
  /** The rules as of some seconds ago at most. */
  Mono<ExpiryTerms> termsOf(long projectId);
}
