package dev.breakwater.storage.sql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.verify.StoredBlob;
import dev.breakwater.core.verify.VerifyOptions;
import dev.breakwater.core.verify.VerifyReport;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Pushes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Files that nothing knows, are about to be known, or are none of ours. */
final class VerifyFilesTest extends VerifyFixture {
  @Test
  void removesFilesThatNothingKnowsOnceTheyAreOlderThanTheLease() throws IOException {
    Digest kept = push("kept");
    Digest orphan = orphan("orphan");

    VerifyReport young = verify(PLAIN);
    assertThat(young.removed()).isZero();
    assertThat(lines).contains("1 without a row yet, being pushed or not older than the lease");

    VerifyReport old = verify(PLAIN, later());
    assertThat(old.removed()).isEqualTo(1);
    assertThat(old.removedBytes()).isEqualTo("orphan".length());
    assertThat(old.isWhole()).isTrue();
    assertThat(file(orphan)).doesNotExist();
    assertThat(file(kept)).exists();
    assertThat(count("SELECT count(*) AS n FROM blob")).isEqualTo(1);
  }

  @Test
  void keepsFilesThatAnUndoCouldNeed() throws IOException {
    push("kept");
    Digest blob = push("layer");
    image("image", blob);
    Await.done(
        rows.delete(
            ONE, Pushes.digest("image"), Optional.of(Instant.now().plus(Duration.ofDays(9)))));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob WHERE digest = $1", blob.toString()));

    assertThat(verify(PLAIN, later()).removed()).isZero();

    assertThat(file(blob)).exists();
  }

  @Test
  void removesNothingWhenMostFilesAreUnknown() throws IOException {
    push("kept");
    for (int n = 0; n < 12; n++) {
      orphan("orphan " + n);
    }

    VerifyReport refused = verify(PLAIN, later());
    assertThat(refused.removed()).isZero();
    assertThat(refused.isWhole()).isFalse();
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("--many-orphans"));

    VerifyOptions many = new VerifyOptions(false, false, true, 1_000_000, 1_000_000_000);
    assertThat(verify(many, later()).removed()).isEqualTo(12);
  }

  @Test
  void changesNothingInADryRun() throws IOException {
    Digest damaged = push("damaged");
    Digest missing = push("missing");
    Digest lost = push("lost");
    image("image", lost);
    Digest orphan = orphan("orphan");
    Files.writeString(file(damaged), "dAmaged");
    Files.delete(file(missing));
    Await.done(
        database.update(
            "DELETE FROM repository_blob USING blob WHERE blob_id = blob.id AND digest = $1",
            lost.toString()));
    Await.done(database.update("DELETE FROM blob WHERE digest = $1", lost.toString()));
    List<Path> before = files();

    VerifyReport report = verify(DRY, later());

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.missing()).isEqualTo(1);
    assertThat(report.linked()).isEqualTo(1);
    assertThat(lines).contains("1 orphans of 6 bytes", "nothing was changed: dry run");
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("orphan: " + orphan));
    assertThat(files()).isEqualTo(before);
    assertThat(isLost(missing)).isFalse();
    assertThat(Await.optional(blobs.findLinked(ONE, lost))).isEmpty();
  }

  @Test
  void leavesEntriesAloneThatAreNoBlobs() throws IOException {
    Digest blob = push("layer");
    Path bucket = file(blob).resolve("../..").normalize();
    Files.writeString(bucket.resolve("README"), "somebody else's");

    assertThat(verify(REHASH, later()).isWhole()).isTrue();

    assertThat(bucket.resolve("README")).exists();
    assertThat(lines).contains("1 entries that are no blobs, left alone");
  }

  @Test
  void doesNotTouchAFileThatWasReplacedMeanwhile() throws IOException {
    Digest blob = push("layer");
    StoredBlob seen = Await.value(store.files().find(blob));
    Files.writeString(root.resolve("new"), "layer");
    Files.move(root.resolve("new"), file(blob), StandardCopyOption.REPLACE_EXISTING);

    assertThat(Await.optional(store.files().quarantine(seen))).isEmpty();
    assertThat(Await.value(store.files().remove(seen))).isFalse();

    assertThat(file(blob)).hasContent("layer");
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void putsBackWhatAKilledRunLeftAside() throws IOException {
    Digest blob = push("layer");
    Path aside = Files.createDirectories(root.resolve("_breakwater/aside"));
    Files.move(file(blob), aside.resolve("sha256-" + blob.hex() + "-" + UUID.randomUUID()));

    assertThat(verify(REHASH).isWhole()).isTrue();

    assertThat(file(blob)).hasContent("layer");
    assertThat(aside).isEmptyDirectory();
  }

  /** Pushes of the same few blobs, again and again, while runs find them unknown or damaged. */
  @Test
  void neverTakesAFileFromAPushThatWasAcknowledged() {
    for (int round = 0; round < 10; round++) {
      String content = "blob " + round;
      Digest blob = orphanOrDamaged(content, round);

      Instant late = lateForThese();

      Await.done(Mono.when(pushing(content), verifying(REHASH, late), verifying(PLAIN, late)));

      assertThat(file(blob)).as("round %s", round).hasContent(content);
      assertThat(isLost(blob)).as("round %s", round).isFalse();
      assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
    }
  }

  private Digest orphanOrDamaged(String content, int round) {
    try {
      if (round % 2 == 0) {
        return orphan(content);
      }
      Digest blob = push(content);
      Files.writeString(file(blob), content.toUpperCase(Locale.ROOT));
      return blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
