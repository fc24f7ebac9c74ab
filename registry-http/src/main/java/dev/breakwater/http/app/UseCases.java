package dev.breakwater.http.app;

import dev.breakwater.core.blob.BlobRepository;
import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.blob.DeleteBlob;
import dev.breakwater.core.blob.MountBlob;
import dev.breakwater.core.blob.PullBlob;
import dev.breakwater.core.blob.PurgeUploads;
import dev.breakwater.core.blob.PushBlob;
import dev.breakwater.core.blob.UploadRepository;
import dev.breakwater.core.manifest.DeleteManifest;
import dev.breakwater.core.manifest.ListReferrers;
import dev.breakwater.core.manifest.ManifestCache;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.ManifestSettings;
import dev.breakwater.core.manifest.PullManifest;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.repository.ListRepositories;
import dev.breakwater.core.tag.ListTags;
import dev.breakwater.http.app.config.Settings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.blob.PgBlobRepository;
import dev.breakwater.storage.sql.blob.PgUploadRepository;
import dev.breakwater.storage.sql.manifest.PgManifestRepository;
import dev.breakwater.storage.sql.repository.PgRepositoryCatalog;
import dev.breakwater.storage.sql.tag.PgTagRepository;
import java.time.Clock;
import java.time.Duration;

/** The use cases of the OCI API over their rows and bytes. */
record UseCases(
    PushBlob pushBlob,
    PullBlob pullBlob,
    MountBlob mountBlob,
    DeleteBlob deleteBlob,
    PurgeUploads purgeUploads,
    PushManifest pushManifest,
    PullManifest pullManifest,
    DeleteManifest deleteManifest,
    ListReferrers listReferrers,
    ListTags listTags,
    ListRepositories listRepositories) {
  private static final Duration LEASE = Duration.ofHours(24);

  static UseCases wire(Settings settings, Storage storage, Authorizer authorizer, Clock clock) {
    Database database = storage.database();
    BlobSettings blobSettings =
        new BlobSettings(
            LEASE, settings.storage().uploadExpiry(), settings.http().maxConcurrentUploads());
    UploadRepository uploads = new PgUploadRepository(database);
    BlobRepository blobs = new PgBlobRepository(database);
    ManifestRepository manifests = new PgManifestRepository(database);
    ManifestCache cache = new ManifestCache(manifests);
    ManifestSettings manifestSettings = new ManifestSettings(settings.storage().sparseIndexes());
    PushBlob pushBlob =
        new PushBlob(authorizer, uploads, blobs, storage.blobs(), blobSettings, clock);
    return new UseCases(
        pushBlob,
        new PullBlob(authorizer, blobs, storage.blobs()),
        new MountBlob(authorizer, blobs, storage.blobs(), blobSettings, clock),
        new DeleteBlob(authorizer, blobs),
        new PurgeUploads(uploads, pushBlob, blobSettings, clock),
        new PushManifest(authorizer, manifests, cache, manifestSettings),
        new PullManifest(authorizer, cache),
        new DeleteManifest(authorizer, manifests, cache),
        new ListReferrers(authorizer, manifests),
        new ListTags(authorizer, new PgTagRepository(database)),
        new ListRepositories(authorizer, new PgRepositoryCatalog(database)));
  }
}
