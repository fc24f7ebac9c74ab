package dev.breakwater.core.secret;

import reactor.core.publisher.Mono;

/** The one row that tells which secret key the sealed values of this database were sealed with. */
public interface SecretKeyFingerprintRepository {

  /**
   * Writes the fingerprint unless there is one already; several replicas may do this at once.
   *
   * @param fingerprint 32 lower-case hexadecimal characters
   * @return the fingerprint afterwards: this one, or the one that was there
   */
  Mono<String> insertIfAbsent(String fingerprint);
}
