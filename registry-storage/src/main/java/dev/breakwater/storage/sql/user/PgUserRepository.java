package dev.breakwater.storage.sql.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserCredentials;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** Local users as rows. */
public final class PgUserRepository implements UserRepository {
  private static final String COLUMNS =
      "id, username, email, real_name, comment, sysadmin, password_hash, created_at, updated_at";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM app_user WHERE id = $1 AND deleted_at IS NULL";
  private static final String FIND_BY_USERNAME =
      "SELECT " + COLUMNS + " FROM app_user WHERE username = $1 AND deleted_at IS NULL";
  private static final String INSERT =
      """
      INSERT INTO app_user (username, email, real_name, comment, sysadmin, password_hash)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT DO NOTHING
      """
          + "RETURNING "
          + COLUMNS;
  private static final String CHANGE_PASSWORD =
      """
      UPDATE app_user SET password_hash = $2, updated_at = now()
      WHERE id = $1 AND deleted_at IS NULL
      """;

  private final Database database;

  public PgUserRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<User> find(long id) {
    return database.one(FIND, PgUserRepository::user, id);
  }

  @Override
  public Mono<User> findByUsername(String username) {
    return isStorable(username)
        ? database.one(FIND_BY_USERNAME, PgUserRepository::user, username)
        : Mono.empty();
  }

  @Override
  public Mono<UserCredentials> findCredentials(String username) {
    return isStorable(username)
        ? database.one(FIND_BY_USERNAME, PgUserRepository::credentials, username)
        : Mono.empty();
  }

  @Override
  public Mono<User> create(NewUser user) {
    return insert(user)
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.CONFLICT,
                    "there is a user with the name '"
                        + user.username()
                        + "' or that e-mail address already")));
  }

  @Override
  public Mono<Boolean> createIfAbsent(NewUser user) {
    return insert(user).hasElement();
  }

  @Override
  public Mono<Boolean> changePassword(long id, String passwordHash) {
    return database.update(CHANGE_PASSWORD, id, passwordHash).map(count -> count > 0);
  }

  private Mono<User> insert(NewUser user) {
    return database.one(
        INSERT,
        PgUserRepository::user,
        user.username(),
        Database.nullable(user.email(), String.class),
        user.realName(),
        user.comment(),
        user.sysadmin(),
        Database.nullable(user.passwordHash(), String.class));
  }

  /** No row holds a NUL, and PostgreSQL refuses to be asked for one. */
  private static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }

  private static UserCredentials credentials(Readable row) {
    return new UserCredentials(
        user(row), Rows.find(row, "password_hash", String.class).orElse(null));
  }

  private static User user(Readable row) {
    return new User(
        Rows.number(row, "id"),
        Rows.text(row, "username"),
        Rows.find(row, "email", String.class).orElse(null),
        Rows.text(row, "real_name"),
        Rows.text(row, "comment"),
        Rows.flag(row, "sysadmin"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
