package dev.breakwater.storage.sql.manifest;

import static dev.breakwater.storage.sql.Pushes.NOW;
import static dev.breakwater.storage.sql.Pushes.digest;
import static dev.breakwater.storage.sql.Pushes.image;
import static dev.breakwater.storage.sql.Pushes.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a push once more would change nothing: said of nothing that it would change. */
final class StoredManifestTest {
  private static final RepositoryName NAME = RepositoryName.parse("library/app");
  private static final String BLOB = "blob";

  private final Database database = TestDatabase.migrated();
  private final RegistryRows rows = new RegistryRows(database);

  @BeforeEach
  void push() {
    Await.done(rows.commit(session(NAME), digest(BLOB), 3, NOW));
    Await.done(rows.store(pushed("v1", "v2")));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void isTrueOfTheSamePush() {
    assertThat(stored(pushed("v1", "v2"))).isTrue();
    assertThat(stored(pushed("v2"))).isTrue();
    assertThat(stored(pushed())).isTrue();
  }

  @Test
  void isFalseOfAnotherTagManifestOrRepository() {
    RepositoryName other = RepositoryName.parse("library/other");

    assertThat(stored(pushed("v1", "v3"))).isFalse();
    assertThat(stored(image(NAME, "another", List.of(digest(BLOB)), "v1"))).isFalse();
    assertThat(stored(image(other, "image", List.of(digest(BLOB)), "v1"))).isFalse();
  }

  @Test
  void isFalseOnceATagIsGoneOrElsewhere() {
    Await.done(rows.deleteTag(NAME, Tag.parse("v1")));
    Await.done(rows.store(image(NAME, "another", List.of(), "v2")));

    assertThat(stored(pushed("v1"))).isFalse();
    assertThat(stored(pushed("v2"))).isFalse();
  }

  /** Its push renews it. */
  @Test
  void isFalseOfAManifestWithoutTags() {
    Await.done(rows.deleteTag(NAME, Tag.parse("v1")));
    Await.done(rows.deleteTag(NAME, Tag.parse("v2")));

    assertThat(stored(pushed())).isFalse();
  }

  /** The push has to be told, so that the client sends it again. */
  @Test
  void isFalseOfABlobWhoseFileWasLost() {
    Await.done(database.update("UPDATE blob SET lost_at = now()"));

    assertThat(stored(pushed("v1"))).isFalse();
  }

  @Test
  void isFalseOfADeletedRepository() {
    Await.done(database.update("UPDATE repository SET deleted_at = now(), deleted_by = 'alice'"));

    assertThat(stored(pushed("v1"))).isFalse();
  }

  private static NewManifest pushed(String... tags) {
    return image(NAME, "image", List.of(digest(BLOB)), tags);
  }

  private boolean stored(NewManifest manifest) {
    return Await.value(rows.isStored(manifest));
  }
}
