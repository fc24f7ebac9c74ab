package dev.breakwater.core.retention;

import java.util.List;

/**
 * What a project keeps: an artifact is kept if one rule keeps it. Repositories of which no rule
 * says anything are left alone.
 *
 * @param id 0: it has none yet
 * @param cron when it runs, in UTC, with seconds first; empty: by hand only
 */
public record RetentionPolicy(long id, long projectId, List<RetentionRule> rules, String cron) {
  /** The most rules of a policy. */
  public static final int MAX_RULES = 15;

  public RetentionPolicy {
    rules = List.copyOf(rules);
  }

  /**
   * The rules that say something of a repository.
   *
   * @param repository its name without the project
   */
  List<RetentionRule> rulesFor(String repository) {
    return rules.stream().filter(rule -> rule.appliesTo(repository)).toList();
  }
}
