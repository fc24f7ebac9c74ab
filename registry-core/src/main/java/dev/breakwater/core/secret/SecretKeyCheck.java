package dev.breakwater.core.secret;

import reactor.core.publisher.Mono;

/** Makes sure at start that this replica has the secret key that the others have. */
public final class SecretKeyCheck {
  private final SecretKeyFingerprintRepository fingerprints;

  public SecretKeyCheck(SecretKeyFingerprintRepository fingerprints) {
    this.fingerprints = fingerprints;
  }

  /** Completes if the box's key is the database's; else an error whose message is for people. */
  public Mono<Void> check(SecretBox box) {
    return fingerprints
        .insertIfAbsent(box.fingerprint())
        .filter(stored -> !stored.equals(box.fingerprint()))
        .flatMap(stored -> Mono.error(new WrongSecretKeyException(stored, box.fingerprint())));
  }
}
