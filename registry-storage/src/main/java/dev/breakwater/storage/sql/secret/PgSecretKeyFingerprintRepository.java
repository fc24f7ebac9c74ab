package dev.breakwater.storage.sql.secret;

import dev.breakwater.core.secret.SecretKeyFingerprintRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import reactor.core.publisher.Mono;

/** The fingerprint of the secret key as a row. */
public final class PgSecretKeyFingerprintRepository implements SecretKeyFingerprintRepository {
  static final String FIND = "SELECT fingerprint FROM secret_key_fingerprint";
  static final String INSERT =
      "INSERT INTO secret_key_fingerprint (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING";

  private final Database database;

  public PgSecretKeyFingerprintRepository(Database database) {
    this.database = database;
  }

  /** Two statements: only the second one sees what another replica wrote meanwhile. */
  @Override
  public Mono<String> insertIfAbsent(String fingerprint) {
    return database
        .update(INSERT, fingerprint)
        .then(database.one(FIND, row -> Rows.text(row, "fingerprint")));
  }
}
