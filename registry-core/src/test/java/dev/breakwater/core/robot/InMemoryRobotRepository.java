package dev.breakwater.core.robot;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Robots of a test. Counts how often credentials were asked for, so that caches can be tested. */
public final class InMemoryRobotRepository implements RobotRepository {
  private final Map<Long, RobotCredentials> rows = new LinkedHashMap<>();
  private long lastId;
  private int credentialReads;

  @Override
  public Mono<Robot> find(long id) {
    return Mono.fromSupplier(() -> first(robot -> robot.id() == id).map(RobotCredentials::robot))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<RobotCredentials> findCredentials(String name) {
    return Mono.fromSupplier(() -> read(robot -> robot.name().equals(name)))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<RobotCredentials> findCredentials(long id) {
    return Mono.fromSupplier(() -> read(robot -> robot.id() == id)).flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<Slice<Robot>> list(Optional<Long> projectId, ListRequest request) {
    return Mono.fromSupplier(() -> {
      List<Robot> all =
          rows.values().stream()
              .map(RobotCredentials::robot)
              .filter(robot -> robot.projectId().equals(projectId))
              .toList();
      return new Slice<>(
          all.stream().skip(request.offset()).limit(request.limit()).toList(), all.size());
    });
  }

  @Override
  public Mono<Robot> create(Tx tx, NewRobot robot) {
    return Mono.fromSupplier(() -> add(robot));
  }

  /** Adds a robot without a transaction. */
  public synchronized Robot add(NewRobot robot) {
    Robot row =
        new Robot(
            ++lastId,
            robot.name(),
            robot.projectId(),
            robot.description(),
            robot.days(),
            robot.expiresAt(),
            robot.disabled(),
            robot.creator(),
            Instant.EPOCH,
            Instant.EPOCH,
            robot.blocks());
    rows.put(row.id(), new RobotCredentials(row, robot.secretHash()));
    return row;
  }

  @Override
  public Mono<Boolean> update(
      Tx tx,
      long id,
      String description,
      boolean disabled,
      int days,
      Optional<Instant> expiresAt,
      List<RobotBlock> blocks) {
    return Mono.fromSupplier(() ->
        change(
            id,
            row ->
                new RobotCredentials(
                    new Robot(
                        id,
                        row.robot().name(),
                        row.robot().projectId(),
                        description,
                        days,
                        expiresAt,
                        disabled,
                        row.robot().creator(),
                        row.robot().createdAt(),
                        row.robot().updatedAt(),
                        blocks),
                    row.secretHash())));
  }

  /** Disables it. */
  public void disable(long id) {
    Robot robot = first(row -> row.id() == id).orElseThrow().robot();
    change(
        id,
        row ->
            new RobotCredentials(
                new Robot(
                    id,
                    robot.name(),
                    robot.projectId(),
                    robot.description(),
                    robot.days(),
                    robot.expiresAt(),
                    true,
                    robot.creator(),
                    robot.createdAt(),
                    robot.updatedAt(),
                    robot.blocks()),
                row.secretHash()));
  }

  @Override
  public Mono<Boolean> changeSecret(Tx tx, long id, String secretHash) {
    return Mono.fromSupplier(() -> setSecret(id, secretHash));
  }

  public boolean setSecret(long id, String secretHash) {
    return change(id, row -> new RobotCredentials(row.robot(), secretHash));
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return Mono.fromSupplier(() -> remove(id));
  }

  public synchronized boolean remove(long id) {
    return rows.remove(id) != null;
  }

  public synchronized int credentialReads() {
    return credentialReads;
  }

  private synchronized boolean change(long id, UnaryOperator<RobotCredentials> to) {
    return rows.computeIfPresent(id, (_, row) -> to.apply(row)) != null;
  }

  private synchronized Optional<RobotCredentials> read(Predicate<Robot> predicate) {
    credentialReads++;
    return first(predicate);
  }

  private synchronized Optional<RobotCredentials> first(Predicate<Robot> predicate) {
    return rows.values().stream().filter(row -> predicate.test(row.robot())).findFirst();
  }
}
