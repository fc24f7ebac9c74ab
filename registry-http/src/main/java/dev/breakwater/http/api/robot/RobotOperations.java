package dev.breakwater.http.api.robot;

import dev.breakwater.core.robot.RobotService;
import dev.breakwater.http.api.ApiAnswers;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.Fields;
import dev.breakwater.http.api.Ids;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.Page;
import dev.breakwater.http.api.PathParameters;
import dev.breakwater.http.server.Exchange;
import java.util.Map;
import reactor.core.publisher.Mono;

/** {@code /robots} in Harbor's shapes. */
public final class RobotOperations {
  private static final String ROBOTS = "/api/v2.0/robots";
  private static final String ONE = ROBOTS + "/{robot_id}";

  private final RobotService robots;
  private final JsonBodies bodies;

  public RobotOperations(RobotService robots, JsonBodies bodies) {
    this.robots = robots;
    this.bodies = bodies;
  }

  public void addTo(ApiRouter router) {
    router
        .add("GET", ROBOTS, "ListRobot", this::list)
        .add("POST", ROBOTS, "CreateRobot", this::create)
        .add("GET", ONE, "GetRobotByID", this::get)
        .add("PUT", ONE, "UpdateRobot", this::update)
        .add("PATCH", ONE, "RefreshSec", this::refresh)
        .add("DELETE", ONE, "DeleteRobot", this::delete);
  }

  private Mono<Void> list(Exchange exchange, PathParameters path) {
    Page page = Page.of(exchange);
    RobotQuery query = RobotQuery.of(exchange, page);
    return Mono.zip(
            robots.list(exchange.caller(), query.projectId(), query.request()), robots.prefix())
        .flatMap(both -> {
          page.describe(exchange, both.getT1().total());
          return ApiAnswers.json(
              exchange,
              200,
              both.getT1().elements().stream()
                  .map(robot -> RobotJson.of(robot, both.getT2()))
                  .toList());
        });
  }

  private Mono<Void> create(Exchange exchange, PathParameters path) {
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(RobotBody::parse)
        .flatMap(request -> robots.create(exchange.caller(), request))
        .flatMap(created -> {
          exchange.response().header("Location", ROBOTS + "/" + created.robot().id());
          return ApiAnswers.json(exchange, 201, RobotJson.created(created));
        });
  }

  private Mono<Void> get(Exchange exchange, PathParameters path) {
    return Mono.zip(robots.find(exchange.caller(), id(path)), robots.prefix())
        .flatMap(both -> ApiAnswers.json(exchange, 200, RobotJson.of(both.getT1(), both.getT2())));
  }

  private Mono<Void> update(Exchange exchange, PathParameters path) {
    long id = id(path);
    return bodies
        .object(exchange, JsonBodies.LARGE)
        .map(RobotBody::parse)
        .flatMap(request -> robots.update(exchange.caller(), id, request))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  /** A secret that the client chose is not sent back. */
  private Mono<Void> refresh(Exchange exchange, PathParameters path) {
    long id = id(path);
    return bodies
        .object(exchange, JsonBodies.SMALL)
        .map(body -> Fields.optionalText(body, "secret").filter(text -> !text.isEmpty()))
        .flatMap(wanted ->
            robots
                .changeSecret(exchange.caller(), id, wanted)
                .flatMap(secret ->
                    ApiAnswers.json(
                        exchange, 200, wanted.isPresent() ? Map.of() : Map.of("secret", secret))));
  }

  private Mono<Void> delete(Exchange exchange, PathParameters path) {
    return robots
        .delete(exchange.caller(), id(path))
        .then(Mono.defer(() -> exchange.sendEmpty(200)));
  }

  private static long id(PathParameters path) {
    return Ids.parse("robot_id", path.get(0));
  }
}
