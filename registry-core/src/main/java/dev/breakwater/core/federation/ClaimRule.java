package dev.breakwater.core.federation;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.Locale;
import java.util.Set;

/**
 * What a claim of a token must be.
 *
 * @param claim its name; one inside others is named with slashes, such as {@code
 *     kubernetes.io/serviceaccount/name}
 * @param value the value, or the pattern
 */
public record ClaimRule(String claim, String value, Match match) {
  private static final int MAX_LENGTH = 512;

  /**
   * Who the workload is, by the claims of GitHub, GitLab, Kubernetes and the clouds; others say
   * only how it runs.
   */
  private static final Set<String> IDENTIFYING =
      Set.of(
          "sub",
          "repository",
          "repository_id",
          "repository_owner",
          "repository_owner_id",
          "job_workflow_ref",
          "workflow_ref",
          "project_id",
          "project_path",
          "namespace_id",
          "namespace_path",
          "kubernetes.io/namespace",
          "kubernetes.io/serviceaccount/name",
          "kubernetes.io/serviceaccount/uid",
          "client_id",
          "azp",
          "email",
          "oid",
          "appid");

  /** How value and claim are compared. */
  public enum Match {
    /** Equal. */
    EXACT,
    /** As a whole by a pattern: see {@link Glob}. */
    GLOB;

    /** The word in the management API and in rows. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws RegistryException BAD_REQUEST
   */
  public ClaimRule {
    requireLength("claim", claim);
    requireLength("value", value);
  }

  private static void requireLength(String what, String text) {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, what + " of a claim needs 1 to " + MAX_LENGTH + " characters");
    }
  }

  public boolean matches(String actual) {
    return switch (match) {
      case EXACT -> value.equals(actual);
      case GLOB -> Glob.matches(value, actual);
    };
  }

  /** Whether it says who the workload is, and not just anybody. */
  boolean identifies() {
    return IDENTIFYING.contains(claim)
        && (match == Match.EXACT || Glob.literals(value) >= Glob.MIN_LITERALS);
  }
}
