package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.KilledPush;
import java.time.Clock;
import java.util.List;

/** {@link KilledPush} on the server that the tests have for a service. */
final class CloudPush {
  private CloudPush() {}

  /** Arguments: the service, the root, and those of the push. */
  public static void main(String[] arguments) {
    List<String> all = List.of(arguments);
    CloudService service = CloudService.valueOf(all.get(0));
    KilledPush.parse(all.subList(2, all.size()))
        .run((endpoint, rows, workers) ->
            OpenDalBlobStore.open(
                CloudServer.settings(service, endpoint, all.get(1)),
                rows,
                workers,
                Clock.systemUTC()));
  }
}
