package dev.breakwater.auth.oidc;

import dev.breakwater.core.group.NewGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From the provider's claims to the person. */
final class PersonClaims {
  /** Longer lists are a mistake; the filter is for them. */
  private static final int MAX_GROUPS = 10_000;

  private PersonClaims() {}

  /**
   * The person.
   *
   * @param token the claims of the ID token, which count where the other ones say nothing
   * @param userInfo what the provider says of the user now; empty if it was not asked
   */
  static OidcPerson person(
      OidcSettings settings,
      String issuer,
      String subject,
      Map<String, Object> token,
      Map<String, Object> userInfo) {
    Map<String, Object> claims = new HashMap<>(token);
    claims.putAll(userInfo);
    List<String> groups = groups(settings, claims);
    return new OidcPerson(
        issuer,
        subject,
        username(settings, claims),
        text(claims, "email").orElse(null),
        text(claims, "name").orElse(""),
        groups.stream().filter(group -> counts(settings, group)).toList(),
        !settings.adminGroup().isEmpty() && groups.contains(settings.adminGroup()));
  }

  /** Spaces are no part of a user's name. */
  private static String username(OidcSettings settings, Map<String, Object> claims) {
    Optional<String> name =
        settings.userClaim().isEmpty()
            ? text(claims, "name").or(() -> text(claims, "preferred_username"))
            : text(claims, settings.userClaim());
    return name.map(String::strip).orElse("").replace(' ', '_');
  }

  private static List<String> groups(OidcSettings settings, Map<String, Object> claims) {
    Object claim = settings.groupsClaim().isEmpty() ? null : claims.get(settings.groupsClaim());
    Set<String> groups = new LinkedHashSet<>();
    if (claim instanceof String one) {
      groups.add(one.strip());
    } else if (claim instanceof List<?> several) {
      for (Object each : several) {
        if (each instanceof String group && groups.size() < MAX_GROUPS) {
          groups.add(group.strip());
        }
      }
    }
    return new ArrayList<>(groups);
  }

  private static boolean counts(OidcSettings settings, String group) {
    return NewGroup.isName(group)
        && settings.groupFilter().map(filter -> filter.matcher(group).find()).orElse(true);
  }

  private static Optional<String> text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }
}
