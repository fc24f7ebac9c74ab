package dev.breakwater.core.secret;

import reactor.core.publisher.Mono;

/** Hashes of passwords and of secrets that programs use; never on the caller's thread. */
public interface SecretHashing {
  /** The text to store for a password that a person chose: slow to make and to try. */
  Mono<String> hash(String password);

  /** The text to store for a secret of {@link GeneratedSecret}, which nobody can guess. */
  Mono<String> hashGenerated(String secret);

  /** Whether the password is the stored one. */
  Mono<Boolean> matches(String password, String stored);
}
