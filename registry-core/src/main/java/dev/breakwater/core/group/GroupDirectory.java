package dev.breakwater.core.group;

import reactor.core.publisher.Mono;

/** Knows the distinguished names of groups. */
@FunctionalInterface
public interface GroupDirectory {
  /**
   * The name in its normalised form, by which groups are compared.
   *
   * @return an error BAD_REQUEST if it is malformed, or if the directory is asked and has no such
   *     entry
   */
  Mono<String> normalise(String dn);
}
