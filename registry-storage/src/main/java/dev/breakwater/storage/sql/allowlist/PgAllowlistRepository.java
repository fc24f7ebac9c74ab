package dev.breakwater.storage.sql.allowlist;

import dev.breakwater.core.allowlist.AllowlistRepository;
import dev.breakwater.core.allowlist.CveAllowlist;
import dev.breakwater.core.allowlist.CveId;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Allowlists as rows. */
public final class PgAllowlistRepository implements AllowlistRepository {
  private static final String SELECT =
      "SELECT id, project_id, items, expires_at, created_at, updated_at FROM cve_allowlist";

  static final String OF_SYSTEM = SELECT + " WHERE project_id IS NULL";
  static final String OF_PROJECT = SELECT + " WHERE project_id = $1";
  static final String OF_PROJECTS = SELECT + " WHERE project_id = ANY ($1)";

  static final String PUT =
      """
      INSERT INTO cve_allowlist (project_id, items, expires_at) VALUES ($1, $2, $3)
      ON CONFLICT ON CONSTRAINT cve_allowlist_project DO UPDATE
      SET items = excluded.items, expires_at = excluded.expires_at, updated_at = now()
      """;

  private final Database database;

  public PgAllowlistRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<CveAllowlist> find(Optional<Long> projectId) {
    return projectId
        .map(id -> database.one(OF_PROJECT, PgAllowlistRepository::allowlist, id))
        .orElseGet(() -> database.one(OF_SYSTEM, PgAllowlistRepository::allowlist))
        .defaultIfEmpty(CveAllowlist.empty(projectId));
  }

  @Override
  public Mono<Map<Long, CveAllowlist>> ofProjects(Set<Long> projectIds) {
    return database
        .many(
            OF_PROJECTS, PgAllowlistRepository::allowlist, (Object) projectIds.toArray(Long[]::new))
        .map(found -> {
          Map<Long, CveAllowlist> all = new HashMap<>();
          projectIds.forEach(id -> all.put(id, CveAllowlist.empty(Optional.of(id))));
          found.forEach(each -> all.put(each.projectId().orElseThrow(), each));
          return all;
        });
  }

  @Override
  public Mono<Void> put(
      Tx tx, Optional<Long> projectId, List<CveId> items, Optional<Instant> expiresAt) {
    return database
        .in(tx)
        .update(
            PUT,
            Database.nullable(projectId.orElse(null), Long.class),
            items.stream().map(CveId::value).toArray(String[]::new),
            Database.nullable(expiresAt.map(Rows::timestamp).orElse(null), OffsetDateTime.class))
        .then();
  }

  private static CveAllowlist allowlist(Readable row) {
    return new CveAllowlist(
        Rows.number(row, "id"),
        Rows.find(row, "project_id", Long.class),
        Arrays.stream(Rows.get(row, "items", String[].class)).map(CveId::new).toList(),
        Rows.findInstant(row, "expires_at"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
