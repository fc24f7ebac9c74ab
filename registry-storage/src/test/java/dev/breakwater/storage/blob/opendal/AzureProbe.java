package dev.breakwater.storage.blob.opendal;

import java.util.Map;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Looks for an object of Azure with whatever credentials the environment has. */
final class AzureProbe {
  static final String ENDPOINT = "PROBE_ENDPOINT";

  private AzureProbe() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    OpenDalSettings settings =
        new OpenDalSettings(
            CloudService.AZBLOB,
            Map.of(
                "container",
                CloudServer.CONTAINER,
                "account_name",
                "me",
                "endpoint",
                System.getenv().getOrDefault(ENDPOINT, "")),
            "",
            OpenDalSettings.SMALLEST_PART,
            2 * OpenDalSettings.SMALLEST_PART,
            1024 * 1024,
            Optional.empty(),
            Optional.empty());
    Scheduler workers = Schedulers.newBoundedElastic(2, 100, "blob-io");
    try (CloudObjects objects =
        new CloudObjects(new Operators(settings), Optional.empty(), workers)) {
      objects.stat("key").block();
    }
    workers.dispose();
  }
}
