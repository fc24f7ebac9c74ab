package dev.breakwater.core.robot;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The rows of robots. */
public interface RobotRepository {
  /** The robot with this number; empty if there is none. */
  Mono<Robot> find(long id);

  /**
   * The robot with this name (without the prefix) and its secret's hash. Asked once per log-in that
   * no cache answers: one statement, by indexes only.
   */
  Mono<RobotCredentials> findCredentials(String name);

  /** The same by number, for credentials that were made before. */
  Mono<RobotCredentials> findCredentials(long id);

  /**
   * A part of the robots of the system (empty) or of a project, by number if no order is asked for.
   */
  Mono<Slice<Robot>> list(Optional<Long> projectId, ListRequest request);

  /**
   * Writes a new robot.
   *
   * @return the robot as stored; an error CONFLICT if the name is taken
   */
  Mono<Robot> create(Tx tx, NewRobot robot);

  /** Replaces what can be changed of a robot; false if there is none. */
  Mono<Boolean> update(
      Tx tx,
      long id,
      String description,
      boolean disabled,
      int days,
      Optional<Instant> expiresAt,
      List<RobotBlock> blocks);

  /** Replaces the secret; false if there is no such robot. */
  Mono<Boolean> changeSecret(Tx tx, long id, String secretHash);

  /** Deletes a robot; false if there is none. */
  Mono<Boolean> delete(Tx tx, long id);
}
