package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

/** How PostgreSQL would run a statement. */
public final class Plan {
  private final String text;

  private Plan(String text) {
    this.text = text;
  }

  public static Plan of(Database database, String sql, Object... parameters) {
    return new Plan(
        String.join(
            "\n",
            Await.value(
                database.many(
                    "EXPLAIN (COSTS OFF) " + sql, row -> String.valueOf(row.get(0)), parameters))));
  }

  /** Every table is read by an index, however large it grows. */
  public Plan readsByIndex() {
    assertThat(text).doesNotContain("Seq Scan on").doesNotContain("Bitmap Heap Scan");
    return this;
  }

  /** Indexes say where the rows are, in whatever order they are read then: enough to count them. */
  public Plan findsByIndex() {
    assertThat(text).doesNotContain("Seq Scan on");
    return this;
  }

  /** Rows come in order already, so a page costs what is on it. */
  public Plan doesNotSort() {
    assertThat(text).doesNotContain("Sort");
    return this;
  }

  /** As {@link #findsByIndex}, of one table: others have a row for each kind of thing alone. */
  public Plan neverScans(String table) {
    assertThat(text).doesNotContainPattern("Seq Scan on " + table + "\\b");
    return this;
  }

  public Plan uses(String index) {
    assertThat(text).containsPattern("(Index Scan|Index Only Scan)( Backward)? using " + index);
    return this;
  }

  /** In no order, such as by an index of trigrams. */
  public Plan finds(String index) {
    assertThat(text).contains("Bitmap Index Scan on " + index);
    return this;
  }

  /**
   * Wherever an index is asked for the rows of one thing, such as a project, it is asked for a part
   * of them only: by one of the other columns, too.
   */
  public Plan neverReadsAllOf(String owner, String... others) {
    assertThat(text.lines().filter(line -> line.contains("Index Cond: ")))
        .filteredOn(condition -> condition.contains(owner + " = "))
        .isNotEmpty()
        .allSatisfy(condition -> assertThat(condition).containsAnyOf(others));
    return this;
  }

  /** The rows themselves are not looked at. */
  public Plan usesAlone(String index) {
    assertThat(text).containsPattern("Index Only Scan( Backward)? using " + index);
    return this;
  }
}
