package dev.breakwater.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.breakwater.gatling.RegistryChains.Subject;
import io.gatling.javaapi.core.Simulation;
import java.util.UUID;

/** A new image, and everybody wants it now. */
public final class ThunderingHerd extends Simulation {
  private static final int LAYERS = 4;
  private static final int LAYER_BYTES = 1024 * 1024;

  private final Target target = Target.fromProperties();
  private final RegistryChains chains = new RegistryChains(target);
  private final Subject fresh =
      new Subject(
          target.project() + "/gatling-herd",
          "new-" + UUID.randomUUID(),
          Image.random(LAYERS, LAYER_BYTES));

  public ThunderingHerd() {
    setUp(
            scenario("thundering herd")
                .exec(chains.about(_ -> fresh), chains.pull())
                .injectOpen(atOnceUsers(Target.number("users", 500))))
        .protocols(target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    new Seed(target).push(fresh);
  }
}
