package dev.breakwater.storage.sql.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.federation.ClaimRule;
import dev.breakwater.core.federation.Federation;
import dev.breakwater.core.federation.FederationRepository;
import dev.breakwater.core.federation.FederationTerms;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Slice;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SqlErrors;
import dev.breakwater.storage.sql.StorableText;
import dev.breakwater.storage.sql.query.Conditions;
import dev.breakwater.storage.sql.query.ListColumns;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Federation rules as rows. */
public final class PgFederationRepository implements FederationRepository {
  static final String COLUMNS_OF_A_RULE =
      """
      id, name, description, enabled, issuer, audience, jwks, claims::text AS claims, robot_id,
      created_at, updated_at
      """;
  static final String SELECT = "SELECT " + COLUMNS_OF_A_RULE + " FROM federation";
  static final String FIND = SELECT + " WHERE id = $1";
  static final String FIND_ENABLED =
      SELECT + " WHERE issuer = $1 AND enabled ORDER BY id LIMIT 1000";
  static final String COUNT = "SELECT count(*) AS n FROM federation";

  static final ListColumns COLUMNS =
      ListColumns.orderedBy("name", "name")
          .number("id", "id")
          .text("name", "name")
          .text("description", "description")
          .text("issuer", "issuer")
          .text("audience", "audience")
          .flag("enabled", "enabled")
          .number("robot_id", "robot_id")
          .time("creation_time", "created_at")
          .time("update_time", "updated_at");

  static final String INSERT =
      """
      INSERT INTO federation
        (name, description, enabled, issuer, audience, jwks, claims, robot_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
      RETURNING
      """
          + COLUMNS_OF_A_RULE;
  static final String UPDATE =
      """
      UPDATE federation
      SET name = $1, description = $2, enabled = $3, issuer = $4, audience = $5, jwks = $6,
          claims = $7::jsonb, robot_id = $8, updated_at = now()
      WHERE id = $9
      """;
  static final String DELETE = "DELETE FROM federation WHERE id = $1";

  private final Database database;

  public PgFederationRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Federation> find(long id) {
    return database.one(FIND, PgFederationRepository::federation, id);
  }

  @Override
  public Mono<List<Federation>> findEnabled(String issuer) {
    return StorableText.fits(issuer)
        ? database.many(FIND_ENABLED, PgFederationRepository::federation, issuer)
        : Mono.just(List.of());
  }

  @Override
  public Mono<Slice<Federation>> list(ListRequest request) {
    return COLUMNS.slice(
        database, SELECT, COUNT, new Conditions(), request, PgFederationRepository::federation);
  }

  @Override
  public Mono<Federation> create(Tx tx, FederationTerms terms) {
    return Mono.defer(
            () -> database.in(tx).one(INSERT, PgFederationRepository::federation, row(terms)))
        .onErrorMap(PgFederationRepository::isTaken, error -> taken(terms, error));
  }

  @Override
  public Mono<Boolean> update(Tx tx, long id, FederationTerms terms) {
    return Mono.defer(() -> database.in(tx).update(UPDATE, row(terms, id)))
        .map(count -> count > 0)
        .onErrorMap(PgFederationRepository::isTaken, error -> taken(terms, error));
  }

  @Override
  public Mono<Boolean> delete(Tx tx, long id) {
    return database.in(tx).update(DELETE, id).map(count -> count > 0);
  }

  private static Object[] row(FederationTerms terms, Object... more) {
    List<Object> values =
        new ArrayList<>(
            List.of(
                terms.name(),
                StorableText.require("the description", terms.description()),
                terms.enabled(),
                StorableText.require("the issuer", terms.issuer()),
                StorableText.require("the audience", terms.audience()),
                StorableText.require("the key set", terms.jwks()),
                claims(terms),
                terms.robotId()));
    values.addAll(List.of(more));
    return values.toArray();
  }

  private static String claims(FederationTerms terms) {
    List<Map<String, String>> claims = new ArrayList<>();
    for (ClaimRule rule : terms.claims()) {
      claims.add(
          Map.of(
              "claim", StorableText.require("the claim", rule.claim()),
              "value", StorableText.require("the value", rule.value()),
              "match", rule.match().label()));
    }
    return Json.writeText(claims);
  }

  private static boolean isTaken(Throwable error) {
    return SqlErrors.isDuplicate(error, "federation_name");
  }

  private static RegistryException taken(FederationTerms terms, Throwable error) {
    return new RegistryException(
        ErrorCode.CONFLICT, "federation " + terms.name() + " already exists", error);
  }

  private static Federation federation(Readable row) {
    return new Federation(
        Rows.number(row, "id"),
        new FederationTerms(
            Rows.text(row, "name"),
            Rows.text(row, "description"),
            Rows.flag(row, "enabled"),
            Rows.text(row, "issuer"),
            Rows.text(row, "audience"),
            Rows.text(row, "jwks"),
            Json.parse(Rows.text(row, "claims").getBytes(UTF_8)).elements().stream()
                .map(PgFederationRepository::claim)
                .toList(),
            Rows.number(row, "robot_id")),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private static ClaimRule claim(JsonValue value) {
    return new ClaimRule(
        value.get("claim").text().orElseThrow(),
        value.get("value").text().orElseThrow(),
        ClaimRule.Match.valueOf(value.get("match").text().orElseThrow().toUpperCase(Locale.ROOT)));
  }
}
