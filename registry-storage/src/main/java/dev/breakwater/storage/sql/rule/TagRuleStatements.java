package dev.breakwater.storage.sql.rule;

/**
 * The statements of one table of rules: all have the same columns but one.
 *
 * @param select without a condition
 * @param enabled all of a project that are not disabled
 */
public record TagRuleStatements(
    String select,
    String count,
    String all,
    String enabled,
    String find,
    String create,
    String update,
    String delete) {
  /** Pushes refer to the project and are not held up. */
  static final String LOCK = "SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE";

  private static final String SELECT =
      """
      SELECT id, disabled, repository_excluding, repository_pattern, tag_excluding, tag_pattern,
             OWN
      FROM RULES\
      """;

  private static final String CREATE =
      """
      INSERT INTO RULES
        (project_id, disabled, repository_excluding, repository_pattern, tag_excluding,
         tag_pattern, OWN)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      RETURNING id
      """;

  private static final String UPDATE =
      """
      UPDATE RULES
      SET disabled = $2, repository_excluding = $3, repository_pattern = $4, tag_excluding = $5,
          tag_pattern = $6, OWN = $7, updated_at = now()
      WHERE project_id = $1 AND id = $8
      """;

  /**
   * @param table its name
   * @param own the column that no other table has
   */
  public static TagRuleStatements of(String table, String own) {
    String select = SELECT.replace("OWN", own).replace("RULES", table);
    return new TagRuleStatements(
        select,
        "SELECT count(*) AS n FROM " + table,
        select + " WHERE project_id = $1 ORDER BY id LIMIT 100",
        select + " WHERE project_id = $1 AND NOT disabled ORDER BY id LIMIT 100",
        select + " WHERE project_id = $1 AND id = $2",
        CREATE.replace("OWN", own).replace("RULES", table),
        UPDATE.replace("OWN", own).replace("RULES", table),
        "DELETE FROM " + table + " WHERE project_id = $1 AND id = $2");
  }
}
