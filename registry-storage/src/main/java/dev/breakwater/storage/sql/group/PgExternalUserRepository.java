package dev.breakwater.storage.sql.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.ExternalIdentity;
import dev.breakwater.core.group.ExternalUserRepository;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Users whose password is checked elsewhere, as rows. */
public final class PgExternalUserRepository implements ExternalUserRepository {
  static final String CREATE =
      """
      INSERT INTO app_user (username, email, real_name, comment, source)
      SELECT $1, CASE WHEN NOT EXISTS (
          SELECT 1 FROM app_user WHERE email = $2 AND deleted_at IS NULL) THEN $2 END, $3, $4, $5
      RETURNING id, email, created_at, updated_at
      """;

  private static final String SET_ADMINISTERS =
      """
      UPDATE app_user SET administers_by_group = $2, updated_at = now()
      WHERE id = $1 AND deleted_at IS NULL AND administers_by_group <> $2
      """;

  private final Database database;
  private final UserRepository users;

  public PgExternalUserRepository(Database database, UserRepository users) {
    this.database = database;
    this.users = users;
  }

  @Override
  public Mono<User> findByUsername(String username) {
    return users.findByUsername(username);
  }

  @Override
  public Mono<User> find(long id) {
    return users.find(id);
  }

  @Override
  public Mono<User> create(Tx tx, ExternalIdentity identity) {
    String email = identity.email();
    return Mono.defer(() ->
            database
                .in(tx)
                .one(
                    CREATE,
                    row ->
                        user(
                            identity,
                            Rows.number(row, "id"),
                            Rows.find(row, "email", String.class).orElse(""),
                            Rows.instant(row, "created_at")),
                    StorableText.require("the user name", identity.username()),
                    Database.nullable(
                        email == null || !StorableText.fits(email) ? null : email, String.class),
                    StorableText.require("the real name", identity.realName()),
                    StorableText.require("the comment", identity.comment()),
                    identity.source().label()))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "app_user_username"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT,
                    "the user name '" + identity.username() + "' is taken",
                    error));
  }

  @Override
  public Mono<Void> setAdministersByGroup(Tx tx, long userId, boolean administers) {
    return database.in(tx).update(SET_ADMINISTERS, userId, administers).then();
  }

  private static User user(ExternalIdentity identity, long id, String email, Instant created) {
    return new User(
        id,
        identity.username(),
        email.isEmpty() ? null : email,
        identity.realName(),
        identity.comment(),
        false,
        identity.source(),
        false,
        created,
        created);
  }
}
