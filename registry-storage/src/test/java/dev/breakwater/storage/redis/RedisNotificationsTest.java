package dev.breakwater.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.notification.Notifications;
import dev.breakwater.core.notification.Notifications.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;

final class RedisNotificationsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path folder;

  private final Disposable.Composite running = Disposables.composite();
  private final List<Signal> heard = new CopyOnWriteArrayList<>();
  private RedisServer server;
  private Redis one;
  private Redis two;

  @BeforeEach
  void start() {
    server = RedisServer.start(folder);
    one = open(server.port());
    two = open(server.port());
  }

  private static Redis open(int port) {
    return Redis.open(
        RedisUrl.parse("redis://127.0.0.1:" + port, Optional.empty(), Duration.ofSeconds(5)));
  }

  @AfterEach
  void stop() {
    running.dispose();
    one.close().block(PATIENCE);
    two.close().block(PATIENCE);
    server.close();
  }

  @Test
  void tellsEveryReplica() {
    RedisNotifications here = listening(one);
    RedisNotifications there = listening(two);
    await().atMost(PATIENCE).until(() -> heard.size() == 2);
    assertThat(heard).containsOnly(new Signal.Gap());

    here.send(Notifications.CACHES, "changed").block(PATIENCE);
    there.send(Notifications.MANIFESTS, "nobody listens here").block(PATIENCE);

    await().atMost(PATIENCE).until(() -> heard.size() == 4);
    assertThat(heard.subList(2, 4)).containsOnly(new Signal.Message("changed"));
  }

  @Test
  void tellsOfTheGapAfterTheServerWasKilled() {
    RedisNotifications here = listening(one);
    await().atMost(PATIENCE).until(() -> heard.contains(new Signal.Gap()));
    heard.clear();

    server.kill();
    server.restart();

    await().atMost(PATIENCE).until(() -> heard.contains(new Signal.Gap()));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          here.send(Notifications.CACHES, "again").block(PATIENCE);
          return heard.contains(new Signal.Message("again"));
        });
  }

  @Test
  void noticesAServerThatHangs() {
    listening(one);
    await().atMost(PATIENCE).until(() -> heard.contains(new Signal.Gap()));
    heard.clear();

    server.hang();
    // As long as it takes to miss the heartbeats; then it cannot connect.
    await().during(Duration.ofSeconds(5)).atMost(PATIENCE).until(heard::isEmpty);
    server.goOn();

    await().atMost(PATIENCE).until(() -> heard.contains(new Signal.Gap()));
  }

  private RedisNotifications listening(Redis redis) {
    RedisNotifications notifications = new RedisNotifications(redis);
    running.add(notifications.listen(Notifications.CACHES).subscribe(heard::add));
    running.add(notifications.run().subscribe());
    return notifications;
  }
}
