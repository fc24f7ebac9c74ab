package dev.breakwater.auth.oidc;

import static dev.breakwater.core.systemconfig.ConfigurationItem.AUTH_MODE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_ADMIN_GROUP;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_AUTO_ONBOARD;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_CLIENT_ID;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_CLIENT_SECRET;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_ENDPOINT;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_EXTRA_REDIRECT_PARMS;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_GROUPS_CLAIM;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_GROUP_FILTER;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_LOGOUT;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_SCOPE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_USER_CLAIM;
import static dev.breakwater.core.systemconfig.ConfigurationItem.OIDC_VERIFY_CERT;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.outbound.Trust;
import dev.breakwater.core.systemconfig.Configuration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the provider is asked.
 *
 * @param issuer the provider's address, which must be its issuer to the letter
 * @param scopes what is asked for, {@code openid} among them
 * @param userClaim which claim is the user's name; empty: the usual ones
 * @param groupsClaim which claim names the groups; empty: none counts
 * @param groupFilter only groups that it finds something in count; matched in linear time
 * @param adminGroup whose members administer; empty: nobody's
 * @param extra parameters of the request that begins a log-in
 * @param logout whether logging out here also logs out there
 */
record OidcSettings(
    String issuer,
    Trust trust,
    String clientId,
    String clientSecret,
    List<String> scopes,
    String userClaim,
    String groupsClaim,
    Optional<Pattern> groupFilter,
    String adminGroup,
    boolean autoOnboard,
    Map<String, String> extra,
    boolean logout) {

  /**
   * The settings in use.
   *
   * @throws RegistryException PRECONDITION_FAILED if people do not log in by a provider
   */
  static OidcSettings of(Configuration configuration) {
    if (!isOn(configuration)) {
      throw new RegistryException(
          ErrorCode.PRECONDITION_FAILED,
          "auth_mode is not oidc_auth: no OpenID provider is in use");
    }
    return new OidcSettings(
        configuration.text(OIDC_ENDPOINT),
        Trust.verifying(configuration.flag(OIDC_VERIFY_CERT)),
        configuration.text(OIDC_CLIENT_ID),
        configuration.text(OIDC_CLIENT_SECRET),
        scopes(configuration.text(OIDC_SCOPE)),
        configuration.text(OIDC_USER_CLAIM),
        configuration.text(OIDC_GROUPS_CLAIM),
        filter(configuration.text(OIDC_GROUP_FILTER)),
        configuration.text(OIDC_ADMIN_GROUP),
        configuration.flag(OIDC_AUTO_ONBOARD),
        extra(configuration.text(OIDC_EXTRA_REDIRECT_PARMS)),
        configuration.flag(OIDC_LOGOUT));
  }

  static boolean isOn(Configuration configuration) {
    return configuration.text(AUTH_MODE).equals("oidc_auth");
  }

  private static List<String> scopes(String text) {
    List<String> scopes =
        Arrays.stream(text.split("[, ]+")).filter(scope -> !scope.isEmpty()).toList();
    if (scopes.contains("openid")) {
      return scopes;
    }
    return scopes.isEmpty()
        ? List.of("openid", "profile", "email")
        : Stream.concat(Stream.of("openid"), scopes.stream()).toList();
  }

  private static Optional<Pattern> filter(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "oidc_group_filter is no regular expression of RE2", e);
    }
  }

  private static Map<String, String> extra(String text) {
    Map<String, String> extra = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      Json.parse(text.getBytes(UTF_8))
          .members()
          .forEach((name, value) -> value.text().ifPresent(each -> extra.put(name, each)));
    }
    return extra;
  }

  /** Without the secret: this may end up in a log. */
  @Override
  public String toString() {
    return "OidcSettings[" + issuer + ", " + clientId + "]";
  }
}
