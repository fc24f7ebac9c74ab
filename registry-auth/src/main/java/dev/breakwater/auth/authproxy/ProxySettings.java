package dev.breakwater.auth.authproxy;

import static dev.breakwater.core.systemconfig.ConfigurationItem.AUTH_MODE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_ADMIN_GROUPS;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_ADMIN_USERNAMES;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_ENDPOINT;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_SERVER_CERTIFICATE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_SKIP_SEARCH;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_TOKENREVIEW_ENDPOINT;
import static dev.breakwater.core.systemconfig.ConfigurationItem.HTTP_AUTHPROXY_VERIFY_CERT;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.Trust;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the proxy is asked.
 *
 * @param skipSearch whether names may get a row before they log in, for the proxy cannot be asked
 */
record ProxySettings(
    String endpoint,
    String reviewEndpoint,
    Trust trust,
    Set<String> adminGroups,
    Set<String> adminUsernames,
    boolean skipSearch) {

  static ProxySettings of(Configuration configuration) {
    return new ProxySettings(
        configuration.text(HTTP_AUTHPROXY_ENDPOINT),
        configuration.text(HTTP_AUTHPROXY_TOKENREVIEW_ENDPOINT),
        new Trust(
            configuration.flag(HTTP_AUTHPROXY_VERIFY_CERT),
            configuration.text(HTTP_AUTHPROXY_SERVER_CERTIFICATE)),
        words(configuration.text(HTTP_AUTHPROXY_ADMIN_GROUPS)),
        words(configuration.text(HTTP_AUTHPROXY_ADMIN_USERNAMES)),
        configuration.flag(HTTP_AUTHPROXY_SKIP_SEARCH));
  }

  static boolean isOn(Configuration configuration) {
    return configuration.text(AUTH_MODE).equals("http_auth");
  }

  URI login() {
    return address(endpoint, HTTP_AUTHPROXY_ENDPOINT);
  }

  URI review() {
    return address(reviewEndpoint, HTTP_AUTHPROXY_TOKENREVIEW_ENDPOINT);
  }

  private static URI address(String text, ConfigurationItem item) {
    if (text.isEmpty()) {
      throw new RegistryException(ErrorCode.UNAVAILABLE, item.key() + " is not set");
    }
    return URI.create(text);
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
