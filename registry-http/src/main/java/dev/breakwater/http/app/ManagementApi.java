package dev.breakwater.http.app;

import dev.breakwater.core.allowlist.ProjectAllowlists;
import dev.breakwater.core.audit.ReadAuditLog;
import dev.breakwater.core.member.MemberService;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.ListPermissions;
import dev.breakwater.core.project.ProjectMetadataService;
import dev.breakwater.core.project.ProjectRepository;
import dev.breakwater.core.project.ProjectService;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.volume.ListVolumes;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.ProjectReference;
import dev.breakwater.http.api.artifact.AdditionOperations;
import dev.breakwater.http.api.artifact.ArtifactOperations;
import dev.breakwater.http.api.artifact.CopyOperations;
import dev.breakwater.http.api.artifact.HistoryOperations;
import dev.breakwater.http.api.audit.AuditOperations;
import dev.breakwater.http.api.description.DescriptionOperations;
import dev.breakwater.http.api.member.MemberOperations;
import dev.breakwater.http.api.permission.PermissionOperations;
import dev.breakwater.http.api.project.ProjectMetadataOperations;
import dev.breakwater.http.api.project.ProjectOperations;
import dev.breakwater.http.api.quota.QuotaOperations;
import dev.breakwater.http.api.repository.RepositoryOperations;
import dev.breakwater.http.api.system.SystemFacts;
import dev.breakwater.http.api.system.SystemOperations;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.management.Readiness;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.allowlist.PgAllowlistRepository;
import dev.breakwater.storage.sql.audit.PgAuditRepository;
import dev.breakwater.storage.sql.member.PgMemberRepository;
import dev.breakwater.storage.sql.permission.PgRoleRepository;
import dev.breakwater.storage.sql.user.PgUserRepository;
import java.time.Clock;
import reactor.core.scheduler.Scheduler;

/** The operations of the management API over their use cases and rows. */
final class ManagementApi {
  private ManagementApi() {}

  /** What belongs to the system as a whole. */
  static void addSystem(
      ApiRouter router,
      Settings settings,
      Identity identity,
      Readiness readiness,
      Scheduler workers,
      Clock clock) {
    DataFiles files = new DataFiles(settings.dataDirectory(), workers);
    SystemFacts facts =
        new SystemFacts(
            BuildVersion.current(),
            settings.http().externalUrl(),
            "filesystem",
            files.authorityCertificate());
    new SystemOperations(
            facts,
            readiness.components(),
            identity.configuration(),
            new ListVolumes(files, identity.authorizer()),
            clock)
        .addTo(router);
    new DescriptionOperations().addTo(router);
  }

  /** Projects and what belongs to them. */
  static void addProjects(
      ApiRouter router,
      Identity identity,
      Database database,
      UseCases useCases,
      JsonBodies bodies,
      Clock clock) {
    ProjectRepository rows = identity.projects();
    Authorizer authorizer = identity.authorizer();
    Transactions transactions = database;
    ProjectService projects =
        new ProjectService(
            rows,
            authorizer,
            transactions,
            identity.audit(),
            Ends.storagePerProject(identity.configuration()),
            useCases.linkCache()::forgetAll);
    ProjectReference reference = new ProjectReference(projects);
    new ProjectOperations(
            projects, new ProjectAllowlists(new PgAllowlistRepository(database)), bodies)
        .addTo(router);
    new ProjectMetadataOperations(
            new ProjectMetadataService(rows, authorizer, transactions, identity.audit()),
            reference,
            bodies)
        .addTo(router);
    new MemberOperations(
            new MemberService(
                new PgMemberRepository(database),
                new PgUserRepository(database),
                identity.directories().members(),
                authorizer,
                transactions,
                identity.audit()),
            reference,
            bodies)
        .addTo(router);
    new RepositoryOperations(useCases.repositoryService(), reference, bodies).addTo(router);
    new ArtifactOperations(useCases.readArtifacts(), useCases.changeArtifacts(), reference, bodies)
        .addTo(router);
    new HistoryOperations(useCases.undoChanges(), reference).addTo(router);
    new CopyOperations(useCases.copyArtifact(), useCases.moveArtifact(), reference).addTo(router);
    new AdditionOperations(useCases.readAddition(), reference).addTo(router);
    new QuotaOperations(useCases.quotaService(), bodies).addTo(router);
    new AuditOperations(new ReadAuditLog(new PgAuditRepository(database), authorizer), reference)
        .addTo(router);
    Rules.addTo(router, identity, database, useCases.artifactCounts(), projects, bodies);
    Ends.addTo(router, authorizer, identity.audit(), database, useCases, reference, bodies, clock);
    new PermissionOperations(new ListPermissions(new PgRoleRepository(database))).addTo(router);
  }
}
