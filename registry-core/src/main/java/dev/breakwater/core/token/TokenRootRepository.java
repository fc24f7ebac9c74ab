package dev.breakwater.core.token;

import reactor.core.publisher.Mono;

/** The one row of the token root. */
public interface TokenRootRepository {

  /** The root; empty before the first start. */
  Mono<TokenRoot> find();

  /**
   * Writes the candidate unless there is a root already; several replicas may do this at once.
   *
   * @return the root afterwards: the candidate, or the one that was there
   */
  Mono<TokenRoot> insertIfAbsent(TokenRoot candidate);
}
