package dev.breakwater.storage.sql.backup;

import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * What there is in the schema, asked of the server itself: an export needs no list of tables that
 * somebody would have to keep.
 *
 * @param tables each after those that it refers to, so that they can be filled in this order
 */
record Catalog(List<Table> tables, List<Partition> partitions, List<String> sequences) {
  private static final String HERE =
      """
      class.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND NOT EXISTS (
          SELECT FROM pg_depend
          WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e')
      """;

  /** What the server computes by itself is left out. */
  private static final String TABLES =
      """
      SELECT class.relname::text AS name,
        array_agg(attribute.attname::text ORDER BY attribute.attnum)
          FILTER (WHERE attribute.attgenerated = '') AS columns,
        bool_or(attribute.atttypid = 'bytea'::regtype) AS wide
      FROM pg_class AS class
      JOIN pg_attribute AS attribute
        ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
      WHERE class.relkind IN ('r', 'p') AND NOT class.relispartition
        AND class.relname <> 'schema_step' AND
      """
          + HERE
          + "GROUP BY class.relname ORDER BY class.relname";

  private static final String REFERENCES =
      """
      SELECT DISTINCT class.relname::text AS name, other.relname::text AS other
      FROM pg_constraint
      JOIN pg_class AS class ON class.oid = conrelid
      JOIN pg_class AS other ON other.oid = confrelid
      WHERE contype = 'f' AND conparentid = 0 AND conrelid <> confrelid AND
      """
          + HERE
          + "ORDER BY 1, 2";

  private static final String PARTITIONS =
      """
      SELECT class.relname::text AS name, parent.relname::text AS parent,
        pg_get_expr(class.relpartbound, class.oid) AS bounds
      FROM pg_inherits
      JOIN pg_class AS class ON class.oid = inhrelid
      JOIN pg_class AS parent ON parent.oid = inhparent
      WHERE class.relispartition AND class.relkind = 'r' AND
      """
          + HERE
          + "ORDER BY class.relname";

  private static final String SEQUENCES =
      "SELECT class.relname::text AS name FROM pg_class AS class WHERE class.relkind = 'S' AND "
          + HERE
          + "ORDER BY class.relname";

  private static final String RELATIONS =
      "SELECT class.relname::text AS name FROM pg_class AS class"
          + " WHERE class.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND "
          + HERE
          + "ORDER BY class.relname LIMIT 1000";

  static Mono<Catalog> read(Statements statements) {
    return tables(statements)
        .flatMap(tables ->
            partitions(statements)
                .flatMap(partitions ->
                    statements
                        .many(SEQUENCES, row -> Rows.text(row, "name"))
                        .map(sequences -> new Catalog(tables, partitions, sequences))));
  }

  /** Names of whatever is there already. */
  static Mono<List<String>> relations(Statements statements) {
    return statements.many(RELATIONS, row -> Rows.text(row, "name"));
  }

  private static Mono<List<Table>> tables(Statements statements) {
    return statements
        .many(
            TABLES,
            row ->
                new Table(
                    Rows.text(row, "name"),
                    List.of(Rows.get(row, "columns", String[].class)),
                    Rows.flag(row, "wide")))
        .flatMap(tables ->
            statements
                .many(REFERENCES, row -> Map.entry(Rows.text(row, "name"), Rows.text(row, "other")))
                .map(references -> ordered(tables, references)));
  }

  private static Mono<List<Partition>> partitions(Statements statements) {
    return statements.many(
        PARTITIONS,
        row ->
            Partition.parse(
                Rows.text(row, "name"), Rows.text(row, "parent"), Rows.text(row, "bounds")));
  }

  static List<Table> ordered(List<Table> tables, List<Map.Entry<String, String>> references) {
    Map<String, Table> left =
        tables.stream()
            .collect(
                Collectors.toMap(
                    Table::name, Function.identity(), (one, _) -> one, LinkedHashMap::new));
    List<Table> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      Set<String> waiting =
          references.stream()
              .filter(reference -> left.containsKey(reference.getValue()))
              .map(Map.Entry::getKey)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      List<Table> free =
          left.values().stream().filter(table -> !waiting.contains(table.name())).toList();
      if (free.isEmpty()) {
        throw new IllegalStateException("tables refer to each other: " + left.keySet());
      }
      ordered.addAll(free);
      free.forEach(table -> left.remove(table.name()));
    }
    return List.copyOf(ordered);
  }

  /**
   * @param wide whether a row may be as large as a manifest
   */
  record Table(String name, List<String> columns, boolean wide) {
    Table {
      columns = List.copyOf(columns);
    }
  }
}
