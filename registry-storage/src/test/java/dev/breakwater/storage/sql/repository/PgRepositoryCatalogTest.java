package dev.breakwater.storage.sql.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.RegistryRows;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.tag.PgTagRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Repositories and their tags, as they are listed. */
final class PgRepositoryCatalogTest {
  private Database database;
  private PgRepositoryCatalog catalog;
  private PgTagRepository tags;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
    catalog = new PgRepositoryCatalog(database);
    tags = new PgTagRepository(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void pagesRepositoriesInByteOrder() {
    push("library/b", "v1");
    push("library/a-b", "v1");
    push("library/a/b", "v1");
    push("library/a_b", "v1");

    assertThat(Await.value(catalog.list(Optional.empty(), 10)))
        .containsExactly("library/a-b", "library/a/b", "library/a_b", "library/b");
    assertThat(Await.value(catalog.list(Optional.of("library/a-b"), 2)))
        .containsExactly("library/a/b", "library/a_b");
    assertThat(Await.value(catalog.list(Optional.of("zzz"), 2))).isEmpty();
    assertThat(Await.value(catalog.list(Optional.empty(), 0))).isEmpty();
  }

  @Test
  void doesNotListARepositoryWithoutManifests() {
    Await.done(
        new RegistryRows(database)
            .commit(
                Pushes.session(RepositoryName.parse("library/a")),
                Pushes.digest("blob"),
                4,
                Pushes.NOW));

    assertThat(Await.value(catalog.list(Optional.empty(), 10))).isEmpty();
  }

  @Test
  void pagesTagsInByteOrder() {
    push("library/a", "b", "B", "1.0", "1.0-rc", "_x");
    RepositoryName repository = RepositoryName.parse("library/a");

    assertThat(Await.value(tags.list(repository, Optional.empty(), 10)))
        .containsExactly("1.0", "1.0-rc", "B", "_x", "b");
    assertThat(Await.value(tags.list(repository, Optional.of("1.0"), 2)))
        .containsExactly("1.0-rc", "B");
    assertThat(Await.value(tags.list(repository, Optional.of("zz"), 2))).isEmpty();
  }

  @Test
  void tellsARepositoryWithoutTagsFromNone() {
    push("library/a", "only");
    RepositoryName repository = RepositoryName.parse("library/a");
    Await.done(new RegistryRows(database).deleteTag(repository, Tag.parse("only")));

    assertThat(Await.value(tags.list(repository, Optional.empty(), 10))).isEmpty();
    assertThat(Await.optional(tags.list(RepositoryName.parse("library/b"), Optional.empty(), 10)))
        .isEmpty();
  }

  @Test
  void hidesADeletedRepositoryUntilItIsPushedTo() {
    RepositoryName repository = RepositoryName.parse("library/a");
    deleted(repository, "v1");
    assertThat(delete(repository)).isTrue();

    assertThat(Await.optional(catalog.find(repository))).isEmpty();
    assertThat(Await.optional(tags.list(repository, Optional.empty(), 10))).isEmpty();
    assertThat(Await.optional(catalog.idOf(repository))).isPresent();
    push("library/a", "v2");
    assertThat(Await.value(catalog.find(repository)).artifactCount()).isEqualTo(1);
  }

  @Test
  void deletesARepositoryForGoodOfWhichNothingCanBeBroughtBack() {
    RepositoryName repository = RepositoryName.parse("library/a");
    push("library/a", "v1");
    Await.done(new RegistryRows(database).delete(repository, Pushes.digest("library/a")));

    assertThat(delete(repository)).isTrue();

    assertThat(Await.optional(catalog.idOf(repository))).isEmpty();
  }

  /** Whoever comes first: what was pushed is seen. */
  @Test
  void hidesNoRepositoryThatIsPushedToAtThatMoment() {
    for (int round = 0; round < 50; round++) {
      RepositoryName repository = RepositoryName.parse("library/race" + round);
      deleted(repository, "v1");
      long id = Await.value(catalog.idOf(repository));
      Await.done(
          Mono.when(
              new RegistryRows(database)
                  .store(Pushes.image(repository, "new" + round, List.of(), "v2")),
              database.inTx(tx -> catalog.delete(tx, id, "alice", UUID.randomUUID()))));

      assertThat(Await.optional(catalog.find(repository))).as("round %s", round).isPresent();
      assertThat(Await.value(tags.list(repository, Optional.empty(), 10))).containsExactly("v2");
    }
  }

  /** Has an image that was deleted and can be brought back. */
  private void deleted(RepositoryName repository, String tag) {
    push(repository.value(), tag);
    Await.done(
        new RegistryRows(database)
            .delete(
                repository,
                Pushes.digest(repository.value()),
                Optional.of(Instant.now().plusSeconds(3600))));
  }

  private boolean delete(RepositoryName repository) {
    long id = Await.value(catalog.idOf(repository));
    return Await.value(database.inTx(tx -> catalog.delete(tx, id, "alice", UUID.randomUUID())));
  }

  private void push(String repository, String... names) {
    Await.done(
        new RegistryRows(database)
            .store(Pushes.image(RepositoryName.parse(repository), repository, List.of(), names)));
  }
}
