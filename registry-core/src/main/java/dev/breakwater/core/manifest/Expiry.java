package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * When an artifact wants to be deleted.
 *
 * @param at empty: never
 * @param byRule whether a rule of the project says so, and not the manifest itself
 */
public record Expiry(Optional<Instant> at, boolean byRule) {
  /** On the manifest: a {@link Lifetime}. */
  static final String ANNOTATION = "dev.breakwater.expires-after";

  public static final Expiry NEVER = new Expiry(Optional.empty(), false);

  /** A rule's; never, if it is empty. */
  static Expiry byRule(Optional<Instant> at) {
    return at.isPresent() ? new Expiry(at, true) : NEVER;
  }

  /**
   * What the manifest itself says; empty if it says nothing.
   *
   * @throws RegistryException MANIFEST_INVALID if the annotation is no length of time
   */
  static Optional<Expiry> of(Map<String, String> annotations, Instant now) {
    return Optional.ofNullable(annotations.get(ANNOTATION))
        .map(text -> Lifetime.find(text).orElseThrow(() -> unreadable(text)))
        .map(lifetime -> new Expiry(Optional.of(lifetime.after(now)), false));
  }

  private static RegistryException unreadable(String text) {
    return new RegistryException(
        ErrorCode.MANIFEST_INVALID,
        "the manifest's annotation "
            + ANNOTATION
            + " is '"
            + Printable.shorten(text)
            + "'; expected a number and one of s, m, h, d, w, such as 14d");
  }
}
