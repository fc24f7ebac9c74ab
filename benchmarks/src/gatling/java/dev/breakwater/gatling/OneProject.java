package dev.breakwater.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.breakwater.gatling.RegistryChains.Subject;
import io.gatling.javaapi.core.Simulation;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Everybody pushes a small image into the same project at the same moment. */
public final class OneProject extends Simulation {
  private static final int REPOSITORIES = 50;
  private static final int LAYER_BYTES = 4096;

  private final Target target = Target.fromProperties();
  private final RegistryChains chains = new RegistryChains(target);

  public OneProject() {
    setUp(
            scenario("one project")
                .exec(chains.about(_ -> subject()), chains.push())
                .injectOpen(atOnceUsers(Target.number("users", 500))))
        .protocols(target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  private Subject subject() {
    int number = ThreadLocalRandom.current().nextInt(REPOSITORIES);
    return new Subject(
        target.project() + "/gatling-crowd-" + number,
        "v-" + UUID.randomUUID(),
        Image.random(1, LAYER_BYTES));
  }
}
