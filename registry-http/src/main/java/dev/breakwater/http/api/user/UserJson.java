package dev.breakwater.http.api.user;

import dev.breakwater.core.user.ProviderAccounts;
import dev.breakwater.core.user.User;
import dev.breakwater.http.api.ApiAnswers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Users in the shapes of Harbor's API. */
final class UserJson {
  private UserJson() {}

  /** As everybody but themselves sees them. */
  static Map<String, Object> of(User user) {
    return json(user, false);
  }

  /** As they see themselves. */
  static Map<String, Object> ofCurrent(
      User user, Optional<ProviderAccounts.ProviderAccount> account) {
    Map<String, Object> json = json(user, user.administersByGroup());
    account.ifPresent(provider -> json.put("oidc_user_meta", meta(user, provider)));
    return json;
  }

  private static Map<String, Object> json(User user, boolean administersByGroup) {
    Map<String, Object> json = new LinkedHashMap<>();
    putText(json, "email", user.email() == null ? "" : user.email());
    putText(json, "realname", user.realName());
    putText(json, "comment", user.comment());
    json.put("user_id", user.id());
    json.put("username", user.username());
    json.put("sysadmin_flag", user.sysadmin());
    json.put("admin_role_in_auth", administersByGroup);
    json.put("creation_time", ApiAnswers.time(user.creationTime()));
    json.put("update_time", ApiAnswers.time(user.updateTime()));
    return json;
  }

  static Map<String, Object> found(User user) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("user_id", user.id());
    json.put("username", user.username());
    return json;
  }

  private static Map<String, Object> meta(User user, ProviderAccounts.ProviderAccount account) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", user.id());
    json.put("user_id", user.id());
    json.put("subiss", account.subjectAndIssuer());
    json.put("secret", account.cliSecret());
    json.put("creation_time", ApiAnswers.time(user.creationTime()));
    json.put("update_time", ApiAnswers.time(user.updateTime()));
    return json;
  }

  private static void putText(Map<String, Object> json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }
}
