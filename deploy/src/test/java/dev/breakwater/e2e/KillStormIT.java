package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed with -9 at random moments while clients push, and started again on the same
 * data: nothing that was acknowledged is lost, and nothing half-written is served.
 *
 * <p>{@code -De2e.kill.rounds=N} sets how often, {@code -De2e.kill.seed=N} repeats a run's random
 * choices (the moments are only nearly the same).
 */
final class KillStormIT {
  private static final int ROUNDS = Integer.getInteger("e2e.kill.rounds", 20);
  private static final long SEED = Long.getLong("e2e.kill.seed", System.nanoTime() % 1_000_000);
  private static final int MOST_ACKNOWLEDGEMENTS = 60;

  @TempDir private Path directory;

  @Test
  void losesNothingAcknowledgedAndServesNothingHalfWritten() {
    Random random = new Random(SEED);
    List<PushStorm> storms = new ArrayList<>();
    try (BreakwaterProcess breakwater = BreakwaterProcess.in(directory).start()) {
      for (int round = 0; round < ROUNDS; round++) {
        PushStorm storm = pushAndKill(breakwater, random);
        storms.add(storm);
        breakwater.start();
        verify(breakwater.admin(), storm);
      }
      storms.forEach(storm -> verifyTags(breakwater.admin(), storm));
    }
  }

  private static PushStorm pushAndKill(BreakwaterProcess breakwater, Random random) {
    int enough = 1 + random.nextInt(MOST_ACKNOWLEDGEMENTS);
    try (PushStorm storm = PushStorm.start(breakwater.admin(), random.nextInt(1_000_000_000))) {
      await("%d acknowledgements (seed %d)".formatted(enough, SEED))
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> storm.acknowledgements() >= enough || !storm.refusals.isEmpty());
      breakwater.kill();
      assertThat(storm.refusals).as("log:%n%s", breakwater.process().lastLines()).isEmpty();
      return storm;
    }
  }

  private static void verify(RegistryClient registry, PushStorm storm) {
    for (String digest : storm.triedBlobs.keySet()) {
      HttpResponse<byte[]> answer = registry.blob(PushStorm.REPOSITORY, digest);
      if (storm.acknowledgedBlobs.containsKey(digest) || answer.statusCode() != 404) {
        assertThat(answer.statusCode()).as("status of blob %s", digest).isEqualTo(200);
        assertThat(RegistryClient.digest(answer.body())).as("content of blob").isEqualTo(digest);
      }
    }
    verifyTags(registry, storm);
  }

  private static void verifyTags(RegistryClient registry, PushStorm storm) {
    storm.triedTags.forEach((tag, digest) -> {
      HttpResponse<byte[]> answer = registry.manifest(PushStorm.REPOSITORY, tag);
      if (storm.acknowledgedTags.containsKey(tag) || answer.statusCode() != 404) {
        assertThat(answer.statusCode()).as("status of tag %s", tag).isEqualTo(200);
        assertThat(RegistryClient.digest(answer.body())).as("tag %s", tag).isEqualTo(digest);
      }
    });
  }
}
