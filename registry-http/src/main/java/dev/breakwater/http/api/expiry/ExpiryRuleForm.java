package dev.breakwater.http.api.expiry;

import dev.breakwater.core.expiry.ExpiryRule;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.selector.SelectorJson;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.rule.TagRuleForm;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /projects/{project_name_or_id}/expiry-rules}: how long artifacts live, by their tags. */
public final class ExpiryRuleForm implements TagRuleForm<ExpiryRule> {
  @Override
  public ExpiryRule parse(JsonValue body, long id) {
    return new ExpiryRule(
        id,
        Fields.flag(body, "disabled").orElse(false),
        SelectorJson.repository(body.get("scope_selectors")),
        SelectorJson.tag(body.get("tag_selectors")),
        Lifetime.parse(Fields.text(body, "expires_after")));
  }

  @Override
  public Map<String, Object> json(ExpiryRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule.id());
    json.put("disabled", rule.disabled());
    json.put("expires_after", rule.lifetime().text());
    json.put("tag_selectors", SelectorJson.write(rule.tags()));
    json.put("scope_selectors", SelectorJson.write(rule.repositories()));
    return json;
  }
}
