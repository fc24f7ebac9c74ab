package dev.breakwater.core.federation;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a federation rule says.
 *
 * @param name also the user name that selects it
 * @param issuer the claim {@code iss}, character by character
 * @param audience one of the claim {@code aud}
 * @param jwks the issuer's public keys, as a JSON Web Key Set; empty: found by discovery
 * @param claims all of them must match
 * @param robotId whom such tokens act as
 */
public record FederationTerms(
    String name,
    String description,
    boolean enabled,
    String issuer,
    String audience,
    String jwks,
    List<ClaimRule> claims,
    long robotId) {
  private static final int MAX_LENGTH = 1024;
  private static final int MAX_CLAIMS = 50;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]++(?:[._-][a-z0-9]++)*+");

  /** Says that no particular rule is meant. */
  public static final String ANY = "oidc";

  /**
   * @throws RegistryException BAD_REQUEST
   */
  public FederationTerms {
    claims = List.copyOf(claims);
    if (name.length() > 255 || !NAME.matcher(name).matches() || name.equals(ANY)) {
      throw bad(
          "name '"
              + Printable.shorten(name)
              + "' must be lower-case letters and digits separated by single '.', '_' or '-', and"
              + " not '"
              + ANY
              + "'");
    }
    requireLength("description", description, 0);
    requireLength("issuer", issuer, 1);
    requireLength("audience", audience, 1);
    if (jwks.isEmpty() && !isAddress(issuer)) {
      throw bad("issuer must be an https URL without query and user, or come with its jwks");
    }
    if (claims.size() > MAX_CLAIMS || claims.stream().noneMatch(ClaimRule::identifies)) {
      throw bad(
          "claims must hold at least one that identifies the workload, such as sub, repository_id"
              + " or project_path, with more than a wildcard, and at most "
              + MAX_CLAIMS);
    }
  }

  private static boolean isAddress(String issuer) {
    try {
      URI uri = URI.create(issuer);
      return "https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void requireLength(String what, String text, int minimum) {
    if (text.length() < minimum || text.length() > MAX_LENGTH) {
      throw bad(what + " needs " + minimum + " to " + MAX_LENGTH + " characters");
    }
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
