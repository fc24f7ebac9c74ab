package dev.breakwater.auth.federation;

import dev.breakwater.core.federation.ClaimRule;
import dev.breakwater.core.federation.FederationTerms;
import java.util.Map;
import java.util.Set;

/** Whether a token, whose signature holds, is one that a rule means. */
final class RuleMatch {
  /** Anybody can open a pull request: its runs are not the repository's own. */
  private static final Map<String, Set<String>> UNTRUSTED =
      Map.of(
          "event_name", Set.of("pull_request", "pull_request_target"),
          "pipeline_source", Set.of("merge_request_event", "external_pull_request_event"));

  private RuleMatch() {}

  static boolean matches(FederationTerms terms, ForeignToken token) {
    return token.isFor(terms.audience())
        && terms.claims().stream().allMatch(rule -> matches(rule, token))
        && UNTRUSTED.entrySet().stream()
            .allMatch(each -> isTrusted(terms, token, each.getKey(), each.getValue()));
  }

  private static boolean matches(ClaimRule rule, ForeignToken token) {
    return token.values(rule.claim()).stream().anyMatch(rule::matches);
  }

  /** What its rule says about the event itself is what its maker wants. */
  private static boolean isTrusted(
      FederationTerms terms, ForeignToken token, String claim, Set<String> untrusted) {
    return terms.claims().stream().anyMatch(rule -> rule.claim().equals(claim))
        || token.values(claim).stream().noneMatch(untrusted::contains);
  }
}
