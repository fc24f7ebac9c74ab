package dev.breakwater.http.api.rule;

import java.util.Optional;

/**
 * Where the rules of one sort are, and what their operations are called.
 *
 * @param segment behind the project
 * @param variable the number of a rule
 * @param get empty: a single one cannot be read
 */
public record TagRuleRoutes(
    String segment,
    String variable,
    String list,
    String create,
    Optional<String> get,
    String update,
    String delete) {
  public static final TagRuleRoutes IMMUTABILITY =
      new TagRuleRoutes(
          "immutabletagrules",
          "{immutable_rule_id}",
          "ListImmuRules",
          "CreateImmuRule",
          Optional.empty(),
          "UpdateImmuRule",
          "DeleteImmuRule");

  public static final TagRuleRoutes EXPIRY =
      new TagRuleRoutes(
          "expiry-rules",
          "{rule_id}",
          "listExpiryRules",
          "createExpiryRule",
          Optional.of("getExpiryRule"),
          "updateExpiryRule",
          "deleteExpiryRule");
}
