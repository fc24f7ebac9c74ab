package dev.breakwater.http.app;

import dev.breakwater.core.allowlist.SystemAllowlist;
import dev.breakwater.core.artifact.ArtifactCounts;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.immutability.ImmutableRule;
import dev.breakwater.core.immutability.ImmutableRuleRepository;
import dev.breakwater.core.job.JobHandler;
import dev.breakwater.core.label.LabelArtifacts;
import dev.breakwater.core.label.LabelRepository;
import dev.breakwater.core.label.LabelService;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.manifest.TagRules;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.retention.CandidateRepository;
import dev.breakwater.core.retention.RemoveArtifacts;
import dev.breakwater.core.retention.RetentionRuns;
import dev.breakwater.core.retention.RetentionService;
import dev.breakwater.core.retention.RetentionTasks;
import dev.breakwater.core.retention.RunRetention;
import dev.breakwater.core.rule.TagRuleService;
import dev.breakwater.core.search.Search;
import dev.breakwater.core.statistics.ReadStatistics;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.allowlist.AllowlistOperations;
import dev.breakwater.http.api.immutability.ImmutableRuleForm;
import dev.breakwater.http.api.label.LabelOperations;
import dev.breakwater.http.api.retention.RetentionOperations;
import dev.breakwater.http.api.rule.TagRuleOperations;
import dev.breakwater.http.api.rule.TagRuleRoutes;
import dev.breakwater.http.api.search.SearchOperations;
import dev.breakwater.http.api.statistics.StatisticsOperations;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.allowlist.PgAllowlistRepository;
import dev.breakwater.storage.sql.immutability.PgImmutableRuleRepository;
import dev.breakwater.storage.sql.job.PgJobRepository;
import dev.breakwater.storage.sql.label.PgLabelRepository;
import dev.breakwater.storage.sql.retention.PgCandidateRepository;
import dev.breakwater.storage.sql.retention.PgRetentionPolicyRepository;
import dev.breakwater.storage.sql.retention.PgVerdictRepository;
import dev.breakwater.storage.sql.search.PgSearchRepository;
import dev.breakwater.storage.sql.statistics.PgStatisticsRepository;
import java.time.Clock;

/** Rules for artifacts, their labels, and what finds and counts them. */
final class Rules {
  private Rules() {}

  /** Which tags may neither move nor go. */
  static TagRuleSource ofTags(Database database) {
    ImmutableRuleRepository rules = new PgImmutableRuleRepository(database);
    return (tx, projectId) -> rules.rulesOf(tx, projectId).cast(TagRules.class);
  }

  /** What the worker does to apply retention policies. */
  static JobHandler retention(Database database, UseCases useCases, Clock clock) {
    CandidateRepository candidates = new PgCandidateRepository(database);
    return new RunRetention(
        new PgRetentionPolicyRepository(database),
        new RetentionTasks(candidates),
        candidates,
        new PgVerdictRepository(database),
        new PgImmutableRuleRepository(database),
        new RemoveArtifacts(useCases.removeManifests()),
        database,
        clock);
  }

  static void addRetentionTo(
      ApiRouter router, Identity identity, Database database, Jobs jobs, JsonBodies bodies) {
    RetentionService policies =
        new RetentionService(
            new PgRetentionPolicyRepository(database),
            jobs.schedules(),
            identity.projects(),
            identity.authorizer(),
            database,
            identity.audit());
    RetentionTasks tasks = new RetentionTasks(new PgCandidateRepository(database));
    new RetentionOperations(
            policies,
            new RetentionRuns(
                policies,
                tasks,
                jobs.queue(),
                new PgJobRepository(database),
                new PgVerdictRepository(database)),
            bodies)
        .addTo(router);
  }

  static void addTo(
      ApiRouter router,
      Identity identity,
      Database database,
      ArtifactCounts counts,
      ProjectService projects,
      JsonBodies bodies) {
    Authorizer authorizer = identity.authorizer();
    EventRecorder events = identity.audit();
    ProjectReference reference = new ProjectReference(projects);
    LabelRepository labels = new PgLabelRepository(database);
    new LabelOperations(
            new LabelService(
                labels, identity.projects(), authorizer, database, events, counts::forgetAll),
            new LabelArtifacts(labels, authorizer, database, events, counts::forget),
            reference,
            bodies)
        .addTo(router);
    new TagRuleOperations<>(
            TagRuleRoutes.IMMUTABILITY,
            new ImmutableRuleForm(),
            new TagRuleService<>(
                ImmutableRule.KIND,
                new PgImmutableRuleRepository(database),
                _ -> {},
                authorizer,
                database,
                events),
            reference,
            bodies)
        .addTo(router);
    new AllowlistOperations(
            new SystemAllowlist(new PgAllowlistRepository(database), authorizer, database, events),
            bodies)
        .addTo(router);
    new SearchOperations(new Search(projects, new PgSearchRepository(database))).addTo(router);
    new StatisticsOperations(new ReadStatistics(new PgStatisticsRepository(database)))
        .addTo(router);
  }
}
