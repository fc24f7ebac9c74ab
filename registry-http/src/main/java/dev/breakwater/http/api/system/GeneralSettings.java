package dev.breakwater.http.api.system;

import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The settings that clients need to know before they can do anything. */
record GeneralSettings(Configuration settings) {
  private static final String AUTH_PROXY = "http_auth";

  /** What the log-in page shows. */
  Map<String, Object> forAnybody() {
    Map<String, Object> body = new LinkedHashMap<>();
    String mode = settings.text(ConfigurationItem.AUTH_MODE);
    body.put("auth_mode", mode);
    body.put("primary_auth_mode", settings.flag(ConfigurationItem.PRIMARY_AUTH_MODE));
    body.put("self_registration", settings.flag(ConfigurationItem.SELF_REGISTRATION));
    body.put("banner_message", settings.text(ConfigurationItem.BANNER_MESSAGE));
    body.put("oidc_provider_name", text("oidc_name"));
    if (mode.equals(AUTH_PROXY)) {
      body.put("authproxy_settings", authProxy());
    }
    return body;
  }

  Map<String, Object> forUsers() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "project_creation_restriction",
        settings.text(ConfigurationItem.PROJECT_CREATION_RESTRICTION));
    body.put("read_only", settings.flag(ConfigurationItem.READ_ONLY));
    body.put("notification_enable", flag("notification_enable"));
    return body;
  }

  /** One of the names is misspelt in Harbor's API, so clients expect it. */
  private Map<String, Object> authProxy() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("endpoint", text("http_authproxy_endpoint"));
    body.put("tokenreivew_endpoint", text("http_authproxy_tokenreview_endpoint"));
    body.put("skip_search", flag("http_authproxy_skip_search"));
    body.put("verify_cert", flag("http_authproxy_verify_cert"));
    body.put("server_certificate", text("http_authproxy_server_certificate"));
    return body;
  }

  private String text(String key) {
    return item(key).map(settings::text).orElse("");
  }

  private boolean flag(String key) {
    return item(key).map(settings::flag).orElse(false);
  }

  private static Optional<ConfigurationItem> item(String key) {
    return ConfigurationItem.find(key);
  }
}
