package dev.breakwater.core.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.selector.SelectorJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of a policy in the shape of the management API, which is also how they are kept. */
public final class RetentionRuleJson {
  private static final String ACTION = "retain";

  private RetentionRuleJson() {}

  /**
   * @throws RegistryException BAD_REQUEST for what is no rule, CONFLICT if two say the same
   */
  public static List<RetentionRule> parse(List<JsonValue> elements) {
    if (elements.size() > RetentionPolicy.MAX_RULES) {
      throw bad("only " + RetentionPolicy.MAX_RULES + " rules are allowed at most");
    }
    List<RetentionRule> rules = new ArrayList<>();
    for (JsonValue element : elements) {
      RetentionRule rule = rule(element, rules.size() + 1);
      requireNew(rules, rule);
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  private static void requireNew(List<RetentionRule> rules, RetentionRule rule) {
    for (RetentionRule other : rules) {
      if (other.template() == rule.template()
          && other.parameter() == rule.parameter()
          && other.disabled() == rule.disabled()
          && other.tags().equals(rule.tags())
          && other.repositories().equals(rule.repositories())) {
        throw new RegistryException(
            ErrorCode.CONFLICT, "rule " + rule.id() + " is conflict with rule " + other.id());
      }
    }
  }

  private static RetentionRule rule(JsonValue element, int id) {
    if (!element.isObject()) {
      throw bad("each of the rules must be an object");
    }
    String action = text(element, "action");
    if (!action.isEmpty() && !action.equals(ACTION)) {
      throw bad("the action of a rule is '" + Printable.shorten(action) + "', not " + ACTION);
    }
    String name = text(element, "template");
    Template template =
        Template.find(name)
            .orElseThrow(() ->
                bad(
                    "there is no template '"
                        + Printable.shorten(name)
                        + "'; see GET /retentions/metadatas"));
    return new RetentionRule(
        id,
        (int) number(element, "priority", 0, Integer.MAX_VALUE),
        flag(element, "disabled"),
        template,
        parameter(element.get("params"), template),
        SelectorJson.tag(element.get("tag_selectors")),
        SelectorJson.repository(element.get("scope_selectors")));
  }

  private static int parameter(JsonValue parameters, Template template) {
    if (!parameters.isAbsent() && !parameters.isObject()) {
      throw bad("the params of a rule must be an object");
    }
    return (int)
        number(parameters, template.label(), template.fallback(), template.unit().maximum());
  }

  private static long number(JsonValue object, String name, int fallback, int maximum) {
    JsonValue value = object.get(name);
    if (value.isAbsent()) {
      return fallback;
    }
    long number = value.wholeNumber().orElse(-1);
    if (number < 0 || number > maximum) {
      throw bad(name + " of a rule must be a whole number from 0 to " + maximum);
    }
    return number;
  }

  private static boolean flag(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return !value.isAbsent()
        && value.bool().orElseThrow(() -> bad(name + " of a rule must be true or false"));
  }

  private static String text(JsonValue object, String name) {
    JsonValue value = object.get(name);
    return value.isAbsent()
        ? ""
        : value.text().orElseThrow(() -> bad("the " + name + " of a rule must be a text"));
  }

  /** The rules as maps and lists. */
  public static List<Object> write(List<RetentionRule> rules) {
    return rules.stream().<Object>map(RetentionRuleJson::write).toList();
  }

  private static Map<String, Object> write(RetentionRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule.id());
    json.put("priority", rule.priority());
    json.put("disabled", rule.disabled());
    json.put("action", ACTION);
    json.put("template", rule.template().label());
    json.put(
        "params",
        rule.template().unit() == Template.Unit.NONE
            ? Map.of()
            : Map.of(rule.template().label(), rule.parameter()));
    json.put("tag_selectors", SelectorJson.write(rule.tags()));
    json.put("scope_selectors", SelectorJson.write(rule.repositories()));
    return json;
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
