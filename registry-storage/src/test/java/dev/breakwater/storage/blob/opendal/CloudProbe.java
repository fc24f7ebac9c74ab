package dev.breakwater.storage.blob.opendal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Looks for an object of a cloud with whatever credentials the environment has. */
final class CloudProbe {
  private CloudProbe() {}

  /** Arguments: the service, then names and values of the library's options. */
  public static void main(String[] arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    stat(CloudService.valueOf(arguments[0]), options);
  }

  static List<String> arguments(CloudService service, Map<String, String> options) {
    List<String> arguments = new ArrayList<>(List.of(service.name()));
    options.forEach((name, value) -> arguments.addAll(List.of(name, value)));
    return arguments;
  }

  static void stat(CloudService service, Map<String, String> options) {
    Scheduler workers = Schedulers.newBoundedElastic(2, 100, "blob-io", 60, true);
    Operators operators = new Operators(CloudServer.small(service, options, ""));
    try (CloudObjects objects = new CloudObjects(operators, Optional.empty(), workers)) {
      objects.stat("key").block();
    }
    workers.dispose();
  }
}
