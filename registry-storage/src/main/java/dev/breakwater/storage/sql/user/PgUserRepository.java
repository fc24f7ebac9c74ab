package dev.breakwater.storage.sql.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserCredentials;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.core.user.UserSource;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Local users as rows. */
public final class PgUserRepository implements UserRepository {
  static final String SELECT =
      """
      SELECT id, username, email, real_name, comment, sysadmin, source, administers_by_group,
        password_hash, created_at, updated_at
      FROM app_user
      """;
  static final String FIND = SELECT + "WHERE id = $1 AND deleted_at IS NULL";
  static final String FIND_BY_NAME = SELECT + "WHERE username = $1 AND deleted_at IS NULL";

  static final String INSERT =
      """
      INSERT INTO app_user (username, email, real_name, comment, sysadmin, source, password_hash)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;
  static final String CREATE =
      INSERT
          + """
          RETURNING id, username, email, real_name, comment, sysadmin, source,
            administers_by_group, password_hash, created_at, updated_at
          """;
  static final String CREATE_IF_ABSENT =
      INSERT + "ON CONFLICT (username) WHERE deleted_at IS NULL DO NOTHING";

  static final String CHANGE_PASSWORD =
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
    return StorableText.fits(username)
        ? database.one(FIND_BY_NAME, PgUserRepository::user, username)
        : Mono.empty();
  }

  @Override
  public Mono<UserCredentials> findCredentials(String username) {
    return StorableText.fits(username)
        ? database.one(FIND_BY_NAME, PgUserRepository::credentials, username)
        : Mono.empty();
  }

  @Override
  public Mono<UserCredentials> findCredentials(long id) {
    return database.one(FIND, PgUserRepository::credentials, id);
  }

  @Override
  public Mono<User> create(NewUser user) {
    return create(database, user);
  }

  static Mono<User> create(Statements statements, NewUser user) {
    return Mono.defer(() -> statements.one(CREATE, PgUserRepository::user, row(user)))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "app_user_username"),
            error -> conflict("the user name '" + user.username() + "' is taken", error))
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "app_user_email"),
            error -> conflict("the e-mail address '" + user.email() + "' is taken", error));
  }

  @Override
  public Mono<Boolean> createIfAbsent(NewUser user) {
    return Mono.defer(() -> database.update(CREATE_IF_ABSENT, row(user))).map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> changePassword(long id, String passwordHash) {
    return database.update(CHANGE_PASSWORD, id, passwordHash).map(count -> count > 0);
  }

  private static Object[] row(NewUser user) {
    return new Object[] {
      StorableText.require("the user name", user.username()),
      optional("the e-mail address", user.email()),
      StorableText.require("the real name", user.realName()),
      StorableText.require("the comment", user.comment()),
      user.sysadmin(),
      user.source().label(),
      Database.nullable(user.passwordHash(), String.class)
    };
  }

  private static Object optional(String what, @Nullable String text) {
    return Database.nullable(text == null ? null : StorableText.require(what, text), String.class);
  }

  private static RegistryException conflict(String message, Throwable error) {
    return new RegistryException(ErrorCode.CONFLICT, message, error);
  }

  private static UserCredentials credentials(Readable row) {
    return new UserCredentials(
        user(row), Rows.find(row, "password_hash", String.class).orElse(null));
  }

  private static UserSource source(String label) {
    return UserSource.valueOf(label.toUpperCase(Locale.ROOT));
  }

  static User user(Readable row) {
    return new User(
        Rows.number(row, "id"),
        Rows.text(row, "username"),
        Rows.find(row, "email", String.class).orElse(null),
        Rows.text(row, "real_name"),
        Rows.text(row, "comment"),
        Rows.flag(row, "sysadmin"),
        source(Rows.text(row, "source")),
        Rows.flag(row, "administers_by_group"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
