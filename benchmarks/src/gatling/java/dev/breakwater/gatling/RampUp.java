package dev.breakwater.gatling;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.breakwater.gatling.RegistryChains.Subject;
import io.gatling.javaapi.core.Simulation;
import java.util.UUID;

/**
 * Ever more users a second, nine who pull to one who pushes: the report shows where answers begin
 * to take long. It has no goal.
 */
public final class RampUp extends Simulation {
  private static final int LAYERS = 3;
  private static final int LAYER_BYTES = 16 * 1024;

  private final Target target = Target.fromProperties();
  private final RegistryChains chains = new RegistryChains(target);
  private final String repository = target.project() + "/gatling-ramp";
  private final Subject known =
      new Subject(repository, "latest", Image.random(LAYERS, LAYER_BYTES));

  public RampUp() {
    setUp(
            scenario("ramp")
                .exec(
                    randomSwitch()
                        .on(
                            percent(90.0).then(exec(chains.about(_ -> known), chains.pull())),
                            percent(10.0).then(exec(chains.about(_ -> unknown()), chains.push()))))
                .injectOpen(
                    rampUsersPerSec(1)
                        .to(Target.number("users", 100))
                        .during(Target.number("seconds", 120))))
        .protocols(target.protocol());
  }

  @Override
  public void before() {
    new Seed(target).push(known);
  }

  private Subject unknown() {
    return new Subject(repository, "v-" + UUID.randomUUID(), Image.random(LAYERS, LAYER_BYTES));
  }
}
