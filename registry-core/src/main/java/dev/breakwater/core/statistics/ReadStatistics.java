package dev.breakwater.core.statistics;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.statistics.Statistics.Count;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Tells whoever is logged in how much there is. */
public final class ReadStatistics {
  private static final Permission READ = Permission.of(Resource.PROJECT, Verb.READ);

  private final StatisticsRepository statistics;

  public ReadStatistics(StatisticsRepository statistics) {
    this.statistics = statistics;
  }

  public Mono<Statistics> read(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Anonymous _ ->
          Mono.error(
              () -> new RegistryException(ErrorCode.UNAUTHORIZED, "log in to read statistics"));
      case Principal.User user ->
          user.systemAdministrator() ? ofEverything() : visible(new Visibility.OfUser(user.id()));
      case Principal.Robot robot -> visible(of(robot));
    };
  }

  private static Visibility of(Principal.Robot robot) {
    return robot.access().everyProject().contains(READ)
        ? new Visibility.Everything()
        : new Visibility.OfProjects(
            robot.access().projects().entrySet().stream()
                .filter(entry -> entry.getValue().contains(READ))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet()));
  }

  private Mono<Statistics> visible(Visibility visibility) {
    return Mono.zip(
        statistics.privateOnes(visibility),
        statistics.publicOnes(),
        (privateOnes, publicOnes) -> new Statistics(privateOnes, publicOnes, new Count(0, 0), 0));
  }

  private Mono<Statistics> ofEverything() {
    return Mono.zip(visible(new Visibility.Everything()), statistics.bytes())
        .map(both ->
            new Statistics(
                both.getT1().privateOnes(),
                both.getT1().publicOnes(),
                both.getT1().privateOnes().plus(both.getT1().publicOnes()),
                both.getT2()));
  }
}
