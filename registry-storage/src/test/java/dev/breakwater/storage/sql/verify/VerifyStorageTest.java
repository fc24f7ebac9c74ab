package dev.breakwater.storage.sql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.verify.VerifyReport;
import dev.breakwater.storage.sql.Await;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Every kind of damage, done to real files and rows. */
final class VerifyStorageTest extends VerifyFixture {
  @Test
  void findsNothingWrongWithWhatWasPushed() {
    Digest blob = push("layer");
    image("image", blob);
    push("only leased");

    VerifyReport report = verify(REHASH);

    assertThat(report.isWhole()).isTrue();
    assertThat(lines)
        .containsExactly(
            "2 files, 2 rows, 2 digests compared",
            "0 damaged, 0 missing, 0 linked again",
            "0 orphans of 0 bytes, 0 removed");
  }

  @Test
  void putsADamagedFileAsideAndAPushRepairsIt() throws IOException {
    Digest blob = push("layer");
    Files.writeString(file(blob), "lAyer");

    assertThat(verify(PLAIN).isWhole()).as("of the same length").isTrue();
    VerifyReport report = verify(REHASH);

    assertThat(report.damaged()).isEqualTo(1);
    assertThat(report.isWhole()).isFalse();
    assertThat(file(blob)).doesNotExist();
    assertThat(quarantined()).singleElement().satisfies(it -> assertThat(it).hasContent("lAyer"));
    assertThat(lines)
        .anySatisfy(
            line -> assertThat(line).contains("damaged: " + blob, "have the digest", "quarantine"));
    assertThat(isLost(blob)).isTrue();

    assertThat(store(image("image", blob))).containsExactly(blob);
    push("layer");
    assertThat(isLost(blob)).isFalse();
    assertThat(store(image("image", blob))).isEmpty();
    assertThat(verify(REHASH).isWhole()).isTrue();
    assertThat(quarantined()).as("never deleted").hasSize(1);
  }

  @Test
  void noticesAnotherLengthWithoutBeingAskedToRead() throws IOException {
    Digest blob = push("layer");
    Files.writeString(file(blob), "laye");

    assertThat(verify(PLAIN).damaged()).isEqualTo(1);

    assertThat(quarantined()).hasSize(1);
    assertThat(lines).contains("1 files, 1 rows, 1 digests compared");
  }

  @Test
  void listsMissingFilesAndAPushRepairsThem() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Files.delete(file(blob));

    VerifyReport report = verify(PLAIN);

    assertThat(report.missing()).isEqualTo(1);
    assertThat(lines)
        .anySatisfy(line ->
            assertThat(line)
                .contains("missing: " + blob, "of library/one", "a push of it repairs it"));
    assertThat(isLost(blob)).isTrue();
    assertThat(Await.optional(mount(blob))).isEmpty();

    push("layer");
    assertThat(verify(PLAIN).isWhole()).isTrue();
    assertThat(isLost(blob)).isFalse();
  }

  @Test
  void seesThatALostFileWasBroughtBackByTheOperator() throws IOException {
    Digest blob = push("layer");
    Files.delete(file(blob));
    verify(PLAIN);

    Files.writeString(file(blob), "layer");
    assertThat(verify(PLAIN).isWhole()).isTrue();

    assertThat(isLost(blob)).isFalse();
    assertThat(lines).contains("1 whole again");
  }

  @Test
  void doesNotMissFilesOfWhatIsBeingCollected() throws IOException {
    Digest blob = push("layer");
    Await.done(blobs.unlink(ONE, blob));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).isWhole()).isTrue();
  }

  @Test
  void linksAgainWhatAManifestNames() {
    Digest blob = push("layer");
    image("image", blob);
    long used = used();
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));

    VerifyReport report = verify(PLAIN);

    assertThat(report.linked()).isEqualTo(1);
    assertThat(report.isWhole()).isTrue();
    assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
    assertThat(used()).isEqualTo(used);
    assertThat(file(blob)).hasContent("layer");
  }

  @Test
  void linksAgainWhatIsCondemnedAlthoughAManifestNamesIt() {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(database.update("DELETE FROM repository_blob"));

    assertThat(verify(PLAIN).linked()).isEqualTo(1);

    assertThat(Await.optional(blobs.findLinked(ONE, blob))).isPresent();
  }

  @Test
  void missesWhatAManifestNamesAndNothingHas() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(
        database.update("UPDATE manifest SET bytes = convert_to($1, 'UTF8')", manifest(blob)));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).missing()).isEqualTo(1);
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("of library/one names it"));
  }

  @Test
  void doesNotMissWhatLiesElsewhere() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    String remote =
        manifest(blob)
            .replace("\"size\":3}]", "\"size\":3,\"urls\":[\"https://example.org/layer\"]}]")
            .replace("layer.v1.tar", "layer.nondistributable.v1.tar");
    Await.done(database.update("UPDATE manifest SET bytes = convert_to($1, 'UTF8')", remote));
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.delete(file(blob));

    assertThat(verify(PLAIN).isWhole()).isTrue();
  }

  @Test
  void doesNotLinkADamagedFile() throws IOException {
    Digest blob = push("layer");
    image("image", blob);
    Await.done(database.update("DELETE FROM repository_blob"));
    Await.done(database.update("DELETE FROM blob"));
    Files.writeString(file(blob), "lAyer");

    VerifyReport report = verify(PLAIN);

    assertThat(report.linked()).isZero();
    assertThat(report.damaged()).isEqualTo(1);
    assertThat(quarantined()).hasSize(1);
  }
}
