package dev.breakwater.core.oidc;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the provider gave for a user at the last log-in or refresh.
 *
 * @param idToken as it came
 * @param refreshToken empty if the provider gives none
 */
public record ProviderTokens(String idToken, Optional<String> refreshToken) {
  byte[] toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id_token", idToken);
    refreshToken.ifPresent(token -> json.put("refresh_token", token));
    return Json.write(json);
  }

  static ProviderTokens parse(byte[] json) {
    JsonValue value = Json.parse(json);
    return new ProviderTokens(
        value.get("id_token").text().orElse(""), value.get("refresh_token").text());
  }

  /** Without the tokens: this may end up in a log. */
  @Override
  public String toString() {
    return "ProviderTokens[refreshable=" + refreshToken.isPresent() + "]";
  }
}
