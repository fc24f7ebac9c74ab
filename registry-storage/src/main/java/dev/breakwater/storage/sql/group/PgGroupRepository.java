package dev.breakwater.storage.sql.group;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.GroupKind;
import dev.breakwater.core.group.GroupRepository;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.group.UserGroup;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Groups as rows. */
public final class PgGroupRepository implements GroupRepository {
  private static final String COLUMNS = "id, name, kind, ldap_dn";

  static final String FIND = "SELECT " + COLUMNS + " FROM user_group WHERE id = $1";
  static final String FIND_BY_DN =
      "SELECT " + COLUMNS + " FROM user_group WHERE kind = 1 AND ldap_dn = $1";

  static final String LIST =
      "SELECT " + COLUMNS + " FROM user_group ORDER BY name, id LIMIT $2 OFFSET $1";
  static final String COUNT = "SELECT count(*) AS total FROM user_group";

  /** $1 is a pattern of ILIKE. */
  static final String SEARCH =
      "SELECT "
          + COLUMNS
          + " FROM user_group WHERE name ILIKE $1 ORDER BY name, id LIMIT $3 OFFSET $2";

  static final String COUNT_FOUND = "SELECT count(*) AS total FROM user_group WHERE name ILIKE $1";

  static final String FIND_ALL =
      """
      SELECT found.id, found.name, found.kind, found.ldap_dn
      FROM unnest($1::text[]) AS wanted
      JOIN user_group AS found ON found.kind = 1 AND found.ldap_dn = wanted
      UNION ALL
      SELECT found.id, found.name, found.kind, found.ldap_dn
      FROM unnest($2::smallint[], $3::text[]) AS wanted (kind, name)
      JOIN user_group AS found
        ON found.kind = wanted.kind AND found.name = wanted.name AND found.kind <> 1
      """;

  private static final String CREATE =
      "INSERT INTO user_group (name, kind, ldap_dn) VALUES ($1, $2, $3) RETURNING " + COLUMNS;

  private static final String ENSURE =
      """
      INSERT INTO user_group (name, kind, ldap_dn)
      SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[])
      ON CONFLICT DO NOTHING
      """;

  private static final String RENAME =
      "UPDATE user_group SET name = $2, updated_at = now() WHERE id = $1";

  private static final String DELETE = "DELETE FROM user_group WHERE id = $1";

  static final String GROUPS_OF = "SELECT group_id FROM user_group_membership WHERE user_id = $1";

  private static final String LEAVE =
      "DELETE FROM user_group_membership WHERE user_id = $1 AND group_id <> ALL ($2)";

  private static final String JOIN =
      """
      INSERT INTO user_group_membership (user_id, group_id)
      SELECT $1, id FROM unnest($2::bigint[]) AS id
      ON CONFLICT DO NOTHING
      """;

  private final Database database;

  public PgGroupRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<UserGroup> find(long id) {
    return database.one(FIND, PgGroupRepository::group, id);
  }

  @Override
  public Mono<UserGroup> findByDn(String ldapDn) {
    return StorableText.fits(ldapDn)
        ? database.one(FIND_BY_DN, PgGroupRepository::group, ldapDn)
        : Mono.empty();
  }

  @Override
  public Mono<Slice<UserGroup>> list(
      String namePart, Optional<String> ldapDn, int offset, int limit) {
    if (!StorableText.fits(namePart)) {
      return Mono.just(Slice.empty());
    }
    if (ldapDn.isPresent()) {
      return findByDn(ldapDn.get())
          .filter(group -> namePart.isEmpty() || contains(group.name(), namePart))
          .map(group -> new Slice<>(offset == 0 ? List.of(group) : List.of(), 1))
          .defaultIfEmpty(Slice.empty());
    }
    return namePart.isEmpty()
        ? database
            .one(COUNT, PgGroupRepository::total)
            .flatMap(total ->
                database
                    .many(LIST, PgGroupRepository::group, offset, limit)
                    .map(groups -> new Slice<>(groups, total)))
        : search("%" + escape(namePart) + "%", offset, limit);
  }

  private Mono<Slice<UserGroup>> search(String pattern, int offset, int limit) {
    return database
        .one(COUNT_FOUND, PgGroupRepository::total, pattern)
        .flatMap(total ->
            database
                .many(SEARCH, PgGroupRepository::group, pattern, offset, limit)
                .map(groups -> new Slice<>(groups, total)));
  }

  private static boolean contains(String name, String part) {
    return name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static String escape(String part) {
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }

  @Override
  public Mono<UserGroup> create(Tx tx, NewGroup group) {
    return Mono.defer(() ->
            database
                .in(tx)
                .one(
                    CREATE,
                    PgGroupRepository::group,
                    StorableText.require("group_name", group.name()),
                    kind(group),
                    StorableText.require("ldap_group_dn", group.ldapDn())))
        .onErrorMap(
            PgGroupRepository::isDuplicate,
            error -> conflict("there is a group '" + group.name() + "' already", error));
  }

  @Override
  public Mono<Boolean> rename(Tx tx, long id, String name) {
    return Mono.defer(
            () -> database.in(tx).update(RENAME, id, StorableText.require("group_name", name)))
        .onErrorMap(
            PgGroupRepository::isDuplicate,
            error -> conflict("there is another group '" + name + "' already", error))
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database.in(tx).update(DELETE, id).map(count -> count > 0);
  }

  @Override
  public Mono<List<UserGroup>> findAll(Collection<NewGroup> groups) {
    return findAll(database, groups);
  }

  /** In one order, so that two log-ins at once do not wait for each other. */
  @Override
  public Mono<List<UserGroup>> ensure(Tx tx, Collection<NewGroup> groups) {
    if (groups.isEmpty()) {
      return Mono.just(List.of());
    }
    List<NewGroup> sorted =
        groups.stream()
            .filter(group -> StorableText.fits(group.name()) && StorableText.fits(group.ldapDn()))
            .distinct()
            .sorted(
                Comparator.comparing(NewGroup::kind)
                    .thenComparing(NewGroup::ldapDn)
                    .thenComparing(NewGroup::name))
            .toList();
    return database
        .in(tx)
        .update(
            ENSURE,
            sorted.stream().map(NewGroup::name).toArray(String[]::new),
            sorted.stream().map(PgGroupRepository::kind).toArray(Short[]::new),
            sorted.stream().map(NewGroup::ldapDn).toArray(String[]::new))
        .then(Mono.defer(() -> findAll(database.in(tx), sorted)));
  }

  private static Mono<List<UserGroup>> findAll(Statements statements, Collection<NewGroup> groups) {
    if (groups.isEmpty()) {
      return Mono.just(List.of());
    }
    List<NewGroup> named =
        groups.stream().filter(group -> group.ldapDn().isEmpty()).distinct().toList();
    return statements.many(
        FIND_ALL,
        PgGroupRepository::group,
        groups.stream()
            .map(NewGroup::ldapDn)
            .filter(dn -> !dn.isEmpty() && StorableText.fits(dn))
            .collect(Collectors.toCollection(TreeSet::new))
            .toArray(new String[0]),
        named.stream().map(PgGroupRepository::kind).toArray(Short[]::new),
        named.stream()
            .map(group -> StorableText.require("the group", group.name()))
            .toArray(String[]::new));
  }

  @Override
  public Mono<Set<Long>> groupsOf(long userId) {
    return database.many(GROUPS_OF, row -> Rows.number(row, "group_id"), userId).map(Set::copyOf);
  }

  @Override
  public Mono<Void> replaceMemberships(Tx tx, long userId, Set<Long> groupIds) {
    Long[] ids = new TreeSet<>(groupIds).toArray(new Long[0]);
    return database
        .in(tx)
        .update(LEAVE, userId, ids)
        .then(Mono.defer(() -> database.in(tx).update(JOIN, userId, ids)))
        .then();
  }

  private static boolean isDuplicate(Throwable error) {
    return SqlErrors.isDuplicate(error, "user_group_dn")
        || SqlErrors.isDuplicate(error, "user_group_name");
  }

  private static RegistryException conflict(String message, Throwable error) {
    return new RegistryException(ErrorCode.CONFLICT, message, error);
  }

  private static short kind(NewGroup group) {
    return (short) group.kind().id();
  }

  private static long total(Readable row) {
    return Rows.number(row, "total");
  }

  private static UserGroup group(Readable row) {
    short kind = Rows.get(row, "kind", Short.class);
    return new UserGroup(
        Rows.number(row, "id"),
        Rows.text(row, "name"),
        GroupKind.find(kind).orElseThrow(() -> new IllegalStateException("no kind " + kind)),
        Rows.text(row, "ldap_dn"));
  }
}
