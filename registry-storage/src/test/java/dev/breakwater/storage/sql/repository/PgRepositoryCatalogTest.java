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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private void push(String repository, String... names) {
    Await.done(
        new RegistryRows(database)
            .store(Pushes.image(RepositoryName.parse(repository), repository, List.of(), names)));
  }
}
