package dev.breakwater.storage.sql.retention;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.retention.RetentionPolicy;
import dev.breakwater.core.retention.RetentionPolicyRepository;
import dev.breakwater.core.retention.RetentionRuleJson;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/** Retention policies as rows. */
public final class PgRetentionPolicyRepository implements RetentionPolicyRepository {
  static final String FIND =
      "SELECT id, project_id, rules, cron FROM retention_policy WHERE id = $1";

  static final String FIND_BY_PROJECT = FIND.replace("WHERE id = $1", "WHERE project_id = $1");

  static final String CREATE =
      "INSERT INTO retention_policy (project_id, rules, cron) VALUES ($1, $2, $3) RETURNING id";

  static final String UPDATE =
      "UPDATE retention_policy SET rules = $2, cron = $3, updated_at = now() WHERE id = $1";

  static final String DELETE = "DELETE FROM retention_policy WHERE id = $1";

  private final Database database;

  public PgRetentionPolicyRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<RetentionPolicy> find(long id) {
    return database.one(FIND, PgRetentionPolicyRepository::policy, id);
  }

  @Override
  public Mono<RetentionPolicy> findByProject(long projectId) {
    return database.one(FIND_BY_PROJECT, PgRetentionPolicyRepository::policy, projectId);
  }

  @Override
  public Mono<Long> create(Tx tx, RetentionPolicy policy) {
    return database
        .in(tx)
        .one(
            CREATE, row -> Rows.number(row, "id"), policy.projectId(), rules(policy), policy.cron())
        .onErrorMap(
            error -> SqlErrors.isDuplicate(error, "retention_policy_project"),
            error ->
                new RegistryException(
                    ErrorCode.BAD_REQUEST,
                    "project " + policy.projectId() + " already has a retention policy; change it",
                    error));
  }

  @Override
  public Mono<Boolean> update(Tx tx, RetentionPolicy policy) {
    return database
        .in(tx)
        .update(UPDATE, policy.id(), rules(policy), policy.cron())
        .map(count -> count > 0);
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database.in(tx).update(DELETE, id).map(count -> count > 0);
  }

  private static String rules(RetentionPolicy policy) {
    return Json.writeText(RetentionRuleJson.write(policy.rules()));
  }

  private static RetentionPolicy policy(Readable row) {
    return new RetentionPolicy(
        Rows.number(row, "id"),
        Rows.number(row, "project_id"),
        RetentionRuleJson.parse(
            Json.parse(Rows.text(row, "rules").getBytes(StandardCharsets.UTF_8)).elements()),
        Rows.text(row, "cron"));
  }
}
