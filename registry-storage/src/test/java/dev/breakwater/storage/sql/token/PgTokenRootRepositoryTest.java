package dev.breakwater.storage.sql.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.token.TokenRoot;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Pushes;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.secret.PgSecretKeyFingerprintRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The rows of which there is one only. */
final class PgTokenRootRepositoryTest {
  private Database database;

  @BeforeEach
  void create() {
    database = TestDatabase.migrated();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void keepsTheFirstOfManyRoots() {
    PgTokenRootRepository roots = new PgTokenRootRepository(database);
    assertThat(Await.optional(roots.find())).isEmpty();

    var answers =
        Await.value(
            Flux.range(0, 8)
                .flatMap(
                    n ->
                        roots.insertIfAbsent(
                            new TokenRoot("sealed" + n, new byte[] {7}, Pushes.NOW)),
                    8)
                .map(TokenRoot::sealedPrivateKey)
                .distinct()
                .collectList());

    assertThat(answers).hasSize(1);
    TokenRoot root = Await.value(roots.find());
    assertThat(root.sealedPrivateKey()).isEqualTo(answers.getFirst());
    assertThat(root.certificate()).hasSize(1);
    assertThat(root.createdAt()).isEqualTo(Pushes.NOW);
  }

  @Test
  void keepsTheFirstOfManyFingerprints() {
    PgSecretKeyFingerprintRepository fingerprints = new PgSecretKeyFingerprintRepository(database);

    var answers =
        Await.value(
            Flux.range(0, 8)
                .flatMap(n -> fingerprints.insertIfAbsent("fingerprint" + n), 8)
                .distinct()
                .collectList());

    assertThat(answers).hasSize(1);
    assertThat(Await.value(fingerprints.insertIfAbsent("later"))).isEqualTo(answers.getFirst());
  }
}
