package dev.breakwater.http.app;

import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.expiry.ExpiryRule;
import dev.breakwater.core.expiry.ExpiryRuleRepository;
import dev.breakwater.core.expiry.KnownExpiryRules;
import dev.breakwater.core.explain.ExplainArtifact;
import dev.breakwater.core.explain.ExplainBlob;
import dev.breakwater.core.explain.ReasonRepository;
import dev.breakwater.core.gc.PreviewGarbage;
import dev.breakwater.core.icon.ReadIcon;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.PullRules;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.retention.JudgeArtifact;
import dev.breakwater.core.rule.TagRuleService;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.expiry.ExpiryRuleForm;
import dev.breakwater.http.api.explain.ExplainOperations;
import dev.breakwater.http.api.icon.IconOperations;
import dev.breakwater.http.api.rule.TagRuleOperations;
import dev.breakwater.http.api.rule.TagRuleRoutes;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.expiry.PgExpiryRuleRepository;
import dev.breakwater.storage.sql.explain.PgReasonRepository;
import dev.breakwater.storage.sql.icon.PgIconRepository;
import dev.breakwater.storage.sql.retention.PgCandidateRepository;
import dev.breakwater.storage.sql.retention.PgRetentionPolicyRepository;
import java.time.Clock;
import reactor.core.publisher.Mono;

/** Why artifacts stay, how they end by themselves, and what settings say of pulls and quotas. */
final class Ends {
  private Ends() {}

  /** The rules by which artifacts end, for pushes. */
  static KnownExpiryRules known(Database database) {
    return new KnownExpiryRules(new PgExpiryRuleRepository(database));
  }

  /** The rules as they are now, for what deletes by them. */
  static ExpiryTermSource now(Database database) {
    ExpiryRuleRepository rules = new PgExpiryRuleRepository(database);
    return projectId -> rules.rulesOf(projectId).cast(ExpiryTerms.class);
  }

  static Mono<PullRules> pulls(ConfigurationSource configuration) {
    return Mono.defer(configuration::current).map(Ends::pulls);
  }

  private static PullRules pulls(Configuration now) {
    return new PullRules(
        !now.flag(ConfigurationItem.PULL_COUNT_UPDATE_DISABLE),
        !now.flag(ConfigurationItem.PULL_TIME_UPDATE_DISABLE));
  }

  /** How much a new project may hold. */
  static Mono<Long> storagePerProject(ConfigurationSource configuration) {
    return Mono.defer(configuration::current)
        .map(now -> now.number(ConfigurationItem.STORAGE_PER_PROJECT));
  }

  /** Whether limits of projects count. */
  static Mono<Boolean> quotasCount(ConfigurationSource configuration) {
    return Mono.defer(configuration::current)
        .map(now -> now.flag(ConfigurationItem.QUOTA_PER_PROJECT_ENABLE));
  }

  static void addTo(
      ApiRouter router,
      Authorizer authorizer,
      EventRecorder events,
      Database database,
      UseCases useCases,
      ProjectReference reference,
      JsonBodies bodies,
      Clock clock) {
    ReasonRepository reasons = new PgReasonRepository(database);
    JudgeArtifact judge =
        new JudgeArtifact(
            new PgRetentionPolicyRepository(database), new PgCandidateRepository(database), clock);
    new ExplainOperations(
            new ExplainArtifact(authorizer, useCases.readArtifacts(), reasons, judge),
            new ExplainBlob(authorizer, reasons, clock),
            new PreviewGarbage(useCases.garbageCollector(), authorizer),
            reference)
        .addTo(router);
    new TagRuleOperations<>(
            TagRuleRoutes.EXPIRY,
            new ExpiryRuleForm(),
            new TagRuleService<>(
                ExpiryRule.KIND,
                new PgExpiryRuleRepository(database),
                useCases.expiryRules()::forget,
                authorizer,
                database,
                events),
            reference,
            bodies)
        .addTo(router);
    new IconOperations(new ReadIcon(new PgIconRepository(database), useCases.smallBlobs()))
        .addTo(router);
  }
}
