package dev.breakwater.auth.oidc;

import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.user.UserSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A person as the provider describes them.
 *
 * @param username what the claims propose; empty if they propose nothing
 * @param groups those that count here
 */
record OidcPerson(
    String issuer,
    String subject,
    String username,
    @Nullable String email,
    String realName,
    List<String> groups,
    boolean administers) {
  OidcPerson {
    groups = List.copyOf(groups);
  }

  ExternalIdentity identity(String name) {
    return new ExternalIdentity(
        UserSource.OIDC,
        name,
        email,
        realName,
        "Onboarded by OpenID Connect",
        groups.stream().map(group -> NewGroup.named(GroupKind.OIDC, group)).toList(),
        administers);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("issuer", issuer);
    json.put("subject", subject);
    json.put("username", username);
    String address = email;
    if (address != null) {
      json.put("email", address);
    }
    json.put("real_name", realName);
    json.put("groups", groups);
    json.put("administers", administers);
    return json;
  }

  static OidcPerson parse(JsonValue json) {
    return new OidcPerson(
        json.get("issuer").text().orElse(""),
        json.get("subject").text().orElse(""),
        json.get("username").text().orElse(""),
        json.get("email").text().orElse(null),
        json.get("real_name").text().orElse(""),
        json.get("groups").elements().stream().flatMap(group -> group.text().stream()).toList(),
        json.get("administers").bool().orElse(false));
  }
}
