package dev.breakwater.http.app;

import dev.breakwater.http.app.config.StorageSettings;
import dev.breakwater.storage.blob.BlobDriver;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.filesystem.FilesystemBlobStore;
import dev.breakwater.storage.blob.opendal.OpenDalBlobStore;
import dev.breakwater.storage.blob.s3.S3BlobStore;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import reactor.core.scheduler.Scheduler;

/** Opens the blob store that the settings name. */
final class BlobDrivers {
  private BlobDrivers() {}

  /**
   * Blocks.
   *
   * @param blobIo runs file operations
   */
  static BlobDriver open(StorageSettings settings, Database database, Scheduler blobIo)
      throws IOException {
    BlobDriver driver = make(settings, new PgStagedUploads(database), blobIo);
    try {
      driver.check().block();
      return driver;
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  private static BlobDriver make(StorageSettings settings, StagedUploads rows, Scheduler blobIo)
      throws IOException {
    if (settings.s3().isPresent()) {
      return S3BlobStore.open(settings.s3().get(), rows, blobIo, Clock.systemUTC());
    }
    return settings.cloud().isPresent()
        ? OpenDalBlobStore.open(settings.cloud().get(), rows, blobIo, Clock.systemUTC())
        : FilesystemBlobStore.open(settings.filesystemRoot(), blobIo);
  }

  static void bindMetrics(BlobDriver driver, MeterRegistry meters) {
    if (driver instanceof S3BlobStore s3) {
      meters.gauge("breakwater_s3_parts_taken", s3, S3BlobStore::partsTaken);
      meters.gauge("breakwater_s3_uploads_waiting", s3, S3BlobStore::uploadsWaiting);
    }
    if (driver instanceof OpenDalBlobStore cloud) {
      meters.gauge("breakwater_cloud_parts_taken", cloud, OpenDalBlobStore::partsTaken);
      meters.gauge("breakwater_cloud_uploads_waiting", cloud, OpenDalBlobStore::uploadsWaiting);
      meters.gauge("breakwater_cloud_read_memory_free", cloud, OpenDalBlobStore::readMemoryFree);
    }
  }
}
