package dev.breakwater.http.api.immutability;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.immutability.ImmutableRule;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.selector.SelectorJson;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.rule.TagRuleForm;
import java.util.LinkedHashMap;
import java.util.Map;

/** Immutable tag rules as JSON, with the members that Harbor's API has. */
public final class ImmutableRuleForm implements TagRuleForm<ImmutableRule> {
  private static final String ACTION = "immutable";
  private static final String TEMPLATE = "immutable_template";

  @Override
  public Map<String, Object> json(ImmutableRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule.id());
    json.put("priority", 0);
    json.put("disabled", rule.disabled());
    json.put("action", ACTION);
    json.put("template", TEMPLATE);
    json.put("params", Map.of());
    json.put("tag_selectors", SelectorJson.write(rule.tags()));
    json.put("scope_selectors", SelectorJson.write(rule.repositories()));
    return json;
  }

  @Override
  public ImmutableRule parse(JsonValue body, long id) {
    require(body, "action", ACTION);
    require(body, "template", TEMPLATE);
    Fields.number(body, "priority");
    Fields.object(body, "params");
    return new ImmutableRule(
        id,
        Fields.flag(body, "disabled").orElse(false),
        SelectorJson.repository(body.get("scope_selectors")),
        SelectorJson.tag(body.get("tag_selectors")));
  }

  private static void require(JsonValue body, String name, String expected) {
    String given = Fields.text(body, name);
    if (!given.isEmpty() && !given.equals(expected)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          name + " is '" + Printable.shorten(given) + "'; it must be " + expected);
    }
  }
}
