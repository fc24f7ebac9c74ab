package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.KilledPush;
import java.time.Clock;
import java.util.List;

/** {@link KilledPush} on a server that speaks S3. */
final class S3Push {
  private S3Push() {}

  /** Arguments: the root, and those of the push. */
  public static void main(String[] arguments) {
    List<String> all = List.of(arguments);
    KilledPush.parse(all.subList(1, all.size()))
        .run((endpoint, rows, workers) ->
            S3BlobStore.open(
                S3Stores.settings(endpoint, all.getFirst()), rows, workers, Clock.systemUTC()));
  }
}
