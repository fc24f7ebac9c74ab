package dev.breakwater.http.app;

import dev.breakwater.core.artifact.ArtifactCopies;
import dev.breakwater.core.artifact.ArtifactCounts;
import dev.breakwater.core.artifact.ArtifactRepository;
import dev.breakwater.core.artifact.ChangeArtifacts;
import dev.breakwater.core.artifact.CopyArtifact;
import dev.breakwater.core.artifact.MoveArtifact;
import dev.breakwater.core.artifact.ReadAddition;
import dev.breakwater.core.artifact.ReadArtifacts;
import dev.breakwater.core.artifact.StoreCopies;
import dev.breakwater.core.artifact.UndoChanges;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.DeleteBlob;
import dev.breakwater.core.blob.LinkCache;
import dev.breakwater.core.blob.MountBlob;
import dev.breakwater.core.blob.PullBlob;
import dev.breakwater.core.blob.PurgeUploads;
import dev.breakwater.core.blob.PushBlob;
import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.blob.UploadRepository;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.expiry.KnownExpiryRules;
import dev.breakwater.core.gc.GarbageCollector;
import dev.breakwater.core.manifest.Activity;
import dev.breakwater.core.manifest.DeleteManifest;
import dev.breakwater.core.manifest.ListReferrers;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.ManifestRemovals;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.ManifestSettings;
import dev.breakwater.core.manifest.PullManifest;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.manifest.RemoveManifests;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.quota.FoldUsage;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.QuotaAlarm;
import dev.breakwater.core.quota.QuotaRepository;
import dev.breakwater.core.quota.QuotaService;
import dev.breakwater.core.repository.ListRepositories;
import dev.breakwater.core.repository.RepositoryCatalog;
import dev.breakwater.core.repository.RepositoryService;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.tag.ListTags;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.artifact.PgArtifactCopies;
import dev.breakwater.storage.sql.artifact.PgArtifactRepository;
import dev.breakwater.storage.sql.artifact.PgHistoryRepository;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.blob.PgUploadRepository;
import dev.breakwater.storage.sql.gc.PgGarbageRepository;
import dev.breakwater.storage.sql.label.PgLabelRepository;
import dev.breakwater.storage.sql.manifest.PgActivityRepository;
import dev.breakwater.storage.sql.manifest.PgManifestPushes;
import dev.breakwater.storage.sql.manifest.PgManifestRemovals;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.quota.PgQuotaRepository;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import dev.breakwater.storage.sql.tag.PgTagRepository;
import java.time.Clock;
import reactor.core.scheduler.Scheduler;

/** The use cases of content over their rows and bytes. */
record UseCases(
    PushBlob pushBlob,
    PullBlob pullBlob,
    MountBlob mountBlob,
    DeleteBlob deleteBlob,
    PurgeUploads purgeUploads,
    PushManifest pushManifest,
    PullManifest pullManifest,
    DeleteManifest deleteManifest,
    RemoveManifests removeManifests,
    ManifestCache manifestCache,
    LinkCache linkCache,
    QuotaRepository quotas,
    FoldUsage foldUsage,
    KnownExpiryRules expiryRules,
    SmallBlobs smallBlobs,
    ArtifactCounts artifactCounts,
    ReadArtifacts readArtifacts,
    ChangeArtifacts changeArtifacts,
    CopyArtifact copyArtifact,
    MoveArtifact moveArtifact,
    UndoChanges undoChanges,
    ReadAddition readAddition,
    Activity activity,
    GarbageCollector garbageCollector,
    RepositoryService repositoryService,
    QuotaService quotaService,
    ListReferrers listReferrers,
    ListTags listTags,
    ListRepositories listRepositories) {

  static UseCases wire(
      Settings settings,
      Storage storage,
      Authorizer authorizer,
      AuditTrail events,
      ConfigurationSource configuration,
      Scheduler workers,
      Scheduler timer,
      Clock clock) {
    Database database = storage.database();
    BlobStore store = storage.blobs();
    BlobSettings blobSettings = blobSettings(settings);
    UploadRepository uploads =
        settings.database().url().isPresent()
            ? PgUploadRepository.shared(database)
            : new PgUploadRepository(database);
    BlobRepository blobs = new PgBlobRepository(database);
    ManifestRepository manifests = new PgManifestRepository(database);
    ManifestPushes pushes = new PgManifestPushes(database);
    Activity activity =
        new Activity(
            new PgActivityRepository(database), database, events, Ends.pulls(configuration), clock);
    SmallBlobs small = new SmallBlobs(store, workers);
    ArtifactCounts counts = new ArtifactCounts();
    ManifestCache cache = new ManifestCache(manifests, counts::forget);
    LinkCache links = new LinkCache(blobs);
    QuotaRepository quotas = new PgQuotaRepository(database);
    RepositoryCatalog repositories = new PgRepositoryCatalog(database);
    ArtifactRepository artifacts = new PgArtifactRepository(database);
    TagRuleSource rules = Rules.ofTags(database);
    KnownExpiryRules expiry = Ends.known(database);
    ManifestSettings manifestSettings = new ManifestSettings(settings.storage().sparseIndexes());
    ProjectSpace space =
        new ProjectSpace(
            quotas,
            database,
            new QuotaAlarm(quotas, database, events),
            Ends.quotasCount(configuration),
            clock);
    PushBlob pushBlob =
        new PushBlob(authorizer, uploads, blobs, store, space, blobSettings, timer, clock);
    ManifestRemovals removals = new PgManifestRemovals(database, pushes);
    RemoveManifests remove =
        new RemoveManifests(
            removals,
            pushes,
            cache,
            rules,
            database,
            events,
            settings.storage().undoWindow(),
            clock);
    ArtifactCopies copies = new PgArtifactCopies(database);
    StoreCopies storing =
        new StoreCopies(copies, pushes, rules, expiry, events, blobSettings, clock);
    CopyArtifact copy =
        new CopyArtifact(authorizer, artifacts, copies, pushes, storing, cache, space);
    return new UseCases(
        pushBlob,
        new PullBlob(authorizer, blobs, links, store, blobSettings, clock),
        new MountBlob(authorizer, blobs, store, space, blobSettings, clock),
        new DeleteBlob(authorizer, blobs, links),
        new PurgeUploads(uploads, pushBlob, blobSettings, clock),
        new PushManifest(
            authorizer,
            pushes,
            cache,
            small,
            space,
            rules,
            expiry,
            events,
            activity,
            manifestSettings,
            clock),
        new PullManifest(authorizer, cache, activity),
        new DeleteManifest(authorizer, remove),
        remove,
        cache,
        links,
        quotas,
        new FoldUsage(quotas, database, events),
        expiry,
        small,
        counts,
        new ReadArtifacts(
            authorizer,
            artifacts,
            repositories,
            counts,
            new PgLabelRepository(database),
            rules,
            database),
        new ChangeArtifacts(authorizer, artifacts, pushes, cache, remove, database, events),
        copy,
        new MoveArtifact(authorizer, copy, copies, pushes, storing, remove, cache, space),
        new UndoChanges(
            authorizer,
            repositories,
            new PgHistoryRepository(database),
            pushes,
            removals,
            cache,
            space,
            rules,
            database,
            events,
            settings.storage().undoWindow(),
            clock),
        new ReadAddition(authorizer, artifacts, manifests, small, workers),
        activity,
        collector(settings, storage, remove, timer, clock),
        new RepositoryService(authorizer, repositories, remove, links, database, events),
        new QuotaService(authorizer, quotas, space, database, events),
        new ListReferrers(authorizer, manifests),
        new ListTags(authorizer, new PgTagRepository(database)),
        new ListRepositories(authorizer, repositories));
  }

  private static GarbageCollector collector(
      Settings settings, Storage storage, RemoveManifests remove, Scheduler timer, Clock clock) {
    return new GarbageCollector(
        new PgGarbageRepository(storage.database()),
        remove,
        Ends.now(storage.database()),
        storage.blobs(),
        storage.database(),
        blobSettings(settings),
        settings.storage().tagHistory(),
        timer,
        clock);
  }

  static BlobSettings blobSettings(Settings settings) {
    return new BlobSettings(
        settings.storage().lease(),
        settings.storage().uploadExpiry(),
        settings.http().maxConcurrentUploads());
  }

  /** For a command: nothing else of the registry runs in this program. */
  static GarbageCollector garbageCollector(
      Settings settings, Storage storage, EventRecorder events, Scheduler timer, Clock clock) {
    Database database = storage.database();
    ManifestPushes pushes = new PgManifestPushes(database);
    RemoveManifests remove =
        new RemoveManifests(
            new PgManifestRemovals(database, pushes),
            pushes,
            new ManifestCache(new PgManifestRepository(database), _ -> {}),
            Rules.ofTags(database),
            database,
            events,
            settings.storage().undoWindow(),
            clock);
    return collector(settings, storage, remove, timer, clock);
  }
}
