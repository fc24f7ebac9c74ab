package dev.breakwater.storage.blob.s3;

import java.time.Clock;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The operations of a service, without a store above them. */
final class S3Client implements AutoCloseable {
  private final Scheduler workers = Schedulers.newBoundedElastic(4, 100, "blob-io");
  private final S3Connections connections;
  private final S3Objects objects;

  S3Client(S3Settings settings) {
    connections = new S3Connections(settings);
    objects =
        new S3Objects(
            new S3Http(
                connections.client(),
                S3Address.of(settings, settings.endpoint()),
                new S3Signer(settings.region(), Clock.systemUTC()),
                new S3Credentials(settings, workers)),
            settings);
  }

  S3Objects objects() {
    return objects;
  }

  @Override
  public void close() {
    connections.close();
    workers.dispose();
  }
}
