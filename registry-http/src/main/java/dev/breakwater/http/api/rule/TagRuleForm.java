package dev.breakwater.http.api.rule;

import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.rule.TagRule;
import java.util.Map;

/** How a rule of one sort is written. */
public interface TagRuleForm<R extends TagRule> {
  /**
   * @throws dev.breakwater.core.error.RegistryException BAD_REQUEST
   */
  R parse(JsonValue body, long id);

  Map<String, Object> json(R rule);
}
