package dev.breakwater.storage.sql.project;

import dev.breakwater.core.project.MetadataItem;
import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The settings of projects, a row each. */
final class MetadataRows {
  static final String SET =
      """
      INSERT INTO project_metadata (project_id, name, value)
      SELECT $1, item.name, item.value FROM unnest($2::text[], $3::text[]) AS item (name, value)
      ON CONFLICT (project_id, name) DO UPDATE SET value = excluded.value
      """;

  static final String UNSET = "DELETE FROM project_metadata WHERE project_id = $1 AND name = $2";

  static final String FIND =
      "SELECT project_id, name, value FROM project_metadata WHERE project_id = ANY ($1)";

  private final Database database;

  MetadataRows(Database database) {
    this.database = database;
  }

  Mono<Void> set(Tx tx, long id, Map<MetadataItem, String> metadata) {
    if (metadata.isEmpty()) {
      return Mono.empty();
    }
    List<MetadataItem> items = List.copyOf(metadata.keySet());
    return database
        .in(tx)
        .update(
            SET,
            id,
            items.stream().map(MetadataItem::label).toArray(String[]::new),
            items.stream().map(metadata::get).toArray(String[]::new))
        .then();
  }

  Mono<Boolean> unset(Tx tx, long id, MetadataItem item) {
    return database.in(tx).update(UNSET, id, item.label()).map(count -> count > 0);
  }

  Mono<Map<Long, Map<MetadataItem, String>>> find(Set<Long> ids) {
    return database
        .many(FIND, MetadataRows::item, (Object) ids.toArray(new Long[0]))
        .map(MetadataRows::byProject);
  }

  private static Item item(Readable row) {
    return new Item(
        Rows.number(row, "project_id"),
        MetadataItem.parse(Rows.text(row, "name")),
        Rows.text(row, "value"));
  }

  private static Map<Long, Map<MetadataItem, String>> byProject(List<Item> rows) {
    Map<Long, Map<MetadataItem, String>> metadata = new HashMap<>();
    for (Item row : rows) {
      metadata
          .computeIfAbsent(row.projectId(), _ -> new EnumMap<>(MetadataItem.class))
          .put(row.item(), row.value());
    }
    return metadata;
  }

  private record Item(long projectId, MetadataItem item, String value) {}
}
