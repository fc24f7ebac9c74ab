package dev.breakwater.storage.sql.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.core.user.NewUser;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserAccountRepository;
import dev.breakwater.core.user.UserProfile;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users as administrators see and change them. */
public final class PgUserAccountRepository implements UserAccountRepository {
  static final String COUNT = "SELECT count(*) AS n FROM app_user";
  static final String COUNT_ALL = "SELECT present AS n FROM app_user_total";

  /** Names without regard to case by an index of their own. */
  static final ListColumns COLUMNS =
      ListColumns.orderedBy("username", "username")
          .number("user_id", "id")
          .text("username", "username")
          .text("email", "email")
          .text("realname", "real_name")
          .text("comment", "comment")
          .flag("sysadmin_flag", "sysadmin")
          .time("creation_time", "created_at")
          .time("update_time", "updated_at");

  static final String HAS_EMAIL =
      "SELECT 1 AS one FROM app_user WHERE email = $1 AND deleted_at IS NULL";
  static final String UPDATE_PROFILE =
      """
      UPDATE app_user SET email = $2, real_name = $3, comment = $4, updated_at = now()
      WHERE id = $1 AND deleted_at IS NULL
      """;
  static final String SET_SYSADMIN =
      """
      UPDATE app_user SET sysadmin = $2, updated_at = now()
      WHERE id = $1 AND deleted_at IS NULL
      """;
  static final String END_SESSIONS = "DELETE FROM session WHERE user_id = $1";
  static final String END_TOKENS = "DELETE FROM refresh_token WHERE user_id = $1";
  static final String END_MEMBERSHIPS = "DELETE FROM project_member WHERE user_id = $1";
  static final String LEAVE_GROUPS = "DELETE FROM user_group_membership WHERE user_id = $1";
  static final String LEAVE_PROVIDER = "DELETE FROM oidc_user WHERE user_id = $1";
  static final String DELETE =
      """
      UPDATE app_user SET deleted_at = now(), sysadmin = false, password_hash = NULL
      WHERE id = $1 AND deleted_at IS NULL
      """;

  private final Database database;
  private final UsersByName byName;

  public PgUserAccountRepository(Database database) {
    this.database = database;
    this.byName = new UsersByName(database);
  }

  @Override
  public Mono<Slice<User>> list(ListRequest request) {
    return request.conditions().isEmpty() && request.orders().isEmpty()
        ? byName.page(request.offset(), request.limit()).switchIfEmpty(narrowed(request))
        : narrowed(request);
  }

  private Mono<Slice<User>> narrowed(ListRequest request) {
    return Mono.defer(() -> {
      Conditions all = COLUMNS.narrow(present(), request.conditions());
      return ListColumns.slice(
          database, page(all, request), all, request, PgUserRepository::user, () -> count(all));
    });
  }

  /** How many there are altogether is kept, not counted. */
  private Mono<Long> count(Conditions conditions) {
    String sql = conditions.size() == 0 ? COUNT_ALL : COUNT + conditions.where();
    return database.one(sql, row -> Rows.number(row, "n"), conditions.parameters());
  }

  static String page(Conditions conditions, ListRequest request) {
    return COLUMNS.pageOfKeys(
        PgUserRepository.SELECT + "WHERE deleted_at IS NULL AND", "app_user", conditions, request);
  }

  static Conditions present() {
    return new Conditions().and("deleted_at IS NULL");
  }

  @Override
  public Mono<Slice<User>> search(String part, int offset, int limit) {
    if (!StorableText.fits(part)) {
      return Mono.just(Slice.empty());
    }
    return list(
        new ListRequest(
            part.isEmpty() ? List.of() : List.of(new Condition.Fuzzy("username", part)),
            List.of(),
            offset,
            limit));
  }

  @Override
  public Mono<Boolean> hasEmail(String email) {
    return StorableText.fits(email)
        ? database.one(HAS_EMAIL, _ -> true, email).defaultIfEmpty(false)
        : Mono.just(false);
  }

  @Override
  public Mono<User> create(Tx tx, NewUser user) {
    return PgUserRepository.create(database.in(tx), user);
  }

  @Override
  public Mono<Boolean> updateProfile(Tx tx, long id, UserProfile profile) {
    return Mono.defer(() ->
            database
                .in(tx)
                .update(
                    UPDATE_PROFILE,
                    id,
                    Database.nullable(
                        profile.email().isEmpty()
                            ? null
                            : StorableText.require("the e-mail address", profile.email()),
                        String.class),
                    StorableText.require("the real name", profile.realName()),
                    StorableText.require("the comment", profile.comment())))
        .map(count -> count > 0)
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "app_user_email"),
            error ->
                new RegistryException(
                    ErrorCode.CONFLICT,
                    "the e-mail address '" + profile.email() + "' is taken",
                    error));
  }

  @Override
  public Mono<Boolean> setSysadmin(Tx tx, long id, boolean sysadmin) {
    return database.in(tx).update(SET_SYSADMIN, id, sysadmin).map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> changePassword(Tx tx, long id, String passwordHash) {
    return database
        .in(tx)
        .update(PgUserRepository.CHANGE_PASSWORD, id, passwordHash)
        .flatMap(count -> all(tx, id, END_SESSIONS, END_TOKENS).thenReturn(count > 0));
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database
        .in(tx)
        .update(DELETE, id)
        .flatMap(count ->
            all(tx, id, END_SESSIONS, END_TOKENS, END_MEMBERSHIPS, LEAVE_GROUPS, LEAVE_PROVIDER)
                .thenReturn(count > 0));
  }

  private Mono<Void> all(Tx tx, long id, String... statements) {
    return Flux.fromArray(statements)
        .concatMap(statement -> database.in(tx).update(statement, id))
        .then();
  }
}
