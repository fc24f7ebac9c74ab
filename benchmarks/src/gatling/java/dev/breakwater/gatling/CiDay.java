package dev.breakwater.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import dev.breakwater.gatling.RegistryChains.Subject;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** What builds do all day: three pulls to a push, now and then a list of tags or another tag. */
public final class CiDay extends Simulation {
  private static final int REPOSITORIES = 20;
  private static final int LAYERS = 6;
  private static final int LAYER_BYTES = 64 * 1024;

  private final Target target = Target.fromProperties();
  private final RegistryChains chains = new RegistryChains(target);
  private final List<Subject> known =
      IntStream.range(0, REPOSITORIES)
          .mapToObj(n -> new Subject(repository(n), "latest", Image.random(LAYERS, LAYER_BYTES)))
          .toList();

  public CiDay() {
    ChainBuilder pulls =
        exec(
            chains.about(_ -> known.get(ThreadLocalRandom.current().nextInt(REPOSITORIES))),
            chains.pull(),
            randomSwitch().on(percent(10.0).then(chains.listTags())));
    ChainBuilder pushes =
        exec(
            chains.about(_ ->
                new Subject(
                    repository(ThreadLocalRandom.current().nextInt(REPOSITORIES)),
                    "build-" + UUID.randomUUID(),
                    Image.random(LAYERS, LAYER_BYTES))),
            chains.push(),
            randomSwitch()
                .on(percent(20.0).then(chains.tagAgain(_ -> "release-" + UUID.randomUUID()))));
    setUp(
            scenario("CI day")
                .exec(randomSwitch().on(percent(75.0).then(pulls), percent(25.0).then(pushes)))
                .injectClosed(
                    constantConcurrentUsers(Target.number("users", 50))
                        .during(Target.number("seconds", 60))))
        .protocols(target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }

  @Override
  public void before() {
    Seed seed = new Seed(target);
    known.forEach(seed::push);
  }

  private String repository(int number) {
    return target.project() + "/gatling-" + number;
  }
}
