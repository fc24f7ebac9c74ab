package dev.breakwater.http.api.federation;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.federation.ClaimRule;
import dev.breakwater.core.federation.Federation;
import dev.breakwater.core.federation.FederationTerms;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** Federation rules as JSON. */
final class FederationJson {
  private FederationJson() {}

  static Map<String, Object> of(Federation federation) {
    FederationTerms terms = federation.terms();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", federation.id());
    json.put("name", terms.name());
    json.put("description", terms.description());
    json.put("enabled", terms.enabled());
    json.put("issuer", terms.issuer());
    json.put("audience", terms.audience());
    json.put("jwks", terms.jwks());
    json.put("claims", terms.claims().stream().map(FederationJson::claim).toList());
    json.put("robot_id", terms.robotId());
    json.put("creation_time", ApiAnswers.time(federation.createdAt()));
    json.put("update_time", ApiAnswers.time(federation.updatedAt()));
    return json;
  }

  private static Map<String, Object> claim(ClaimRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("claim", rule.claim());
    json.put("value", rule.value());
    json.put("match", rule.match().label());
    return json;
  }

  /**
   * @throws RegistryException BAD_REQUEST
   */
  static FederationTerms parse(JsonValue body) {
    return new FederationTerms(
        Fields.text(body, "name"),
        Fields.text(body, "description"),
        Fields.flag(body, "enabled").orElse(true),
        Fields.text(body, "issuer"),
        Fields.text(body, "audience"),
        Fields.text(body, "jwks"),
        Fields.objects(body, "claims").stream().map(FederationJson::claim).toList(),
        Fields.number(body, "robot_id").orElseThrow(() -> bad("robot_id is missing")));
  }

  private static ClaimRule claim(JsonValue value) {
    String match = Fields.text(value, "match");
    return new ClaimRule(
        Fields.text(value, "claim"),
        Fields.text(value, "value"),
        switch (match) {
          case "", "exact" -> ClaimRule.Match.EXACT;
          case "glob" -> ClaimRule.Match.GLOB;
          default -> throw bad("match is '" + Printable.shorten(match) + "'; it is exact or glob");
        });
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
