package dev.breakwater.storage.sql.backup;

import dev.breakwater.storage.sql.backup.Catalog.Table;
import dev.breakwater.storage.sql.backup.ExportReader.Entry;
import dev.breakwater.storage.sql.backup.ExportSummary.TableCount;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether an export is whole: every part in its turn, as many rows as it says, with their hash. */
final class ImportTally {
  private static final Pattern PART = Pattern.compile("data/([^/]+)/\\d{8}\\.copy");

  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final Map<String, TableTally> tallies = new LinkedHashMap<>();
  private @Nullable ExportSummary summary;

  ImportTally(List<Table> tables) {
    for (Table table : tables) {
      this.tables.put(table.name(), table);
      tallies.put(table.name(), new TableTally());
    }
  }

  /** Which table's rows these are; empty: none, it was the summary. */
  Optional<Table> begin(Entry entry) {
    if (summary != null) {
      throw new BackupException("The export is damaged: something follows its end.");
    }
    if (entry.name().equals(ExportSummary.ENTRY)) {
      summary = ExportSummary.parse(entry.bytes());
      return Optional.empty();
    }
    Matcher part = PART.matcher(entry.name());
    Table table = part.matches() ? tables.get(part.group(1)) : null;
    if (table == null || !entry.name().equals(expected(table))) {
      throw new BackupException(
          "The export is damaged: its entry " + entry.name() + " was not expected.");
    }
    return Optional.of(table);
  }

  private String expected(Table table) {
    return ExportWriter.part(table.name(), tally(table.name()).parts() + 1);
  }

  void add(Table table, Entry entry, long rows) {
    tally(table.name()).add(entry.bytes(), rows);
  }

  private TableTally tally(String table) {
    return Objects.requireNonNull(tallies.get(table));
  }

  /**
   * At the end.
   *
   * @throws BackupException if something is missing or different
   */
  ExportSummary verify() {
    if (summary == null) {
      throw new BackupException("The export ends before its summary: the file is not whole.");
    }
    if (!summary.tables().keySet().equals(tables.keySet())) {
      throw new BackupException("The export is damaged: its summary tells of other tables.");
    }
    for (Map.Entry<String, TableCount> said : summary.tables().entrySet()) {
      TableCount found = tally(said.getKey()).count();
      if (!found.equals(said.getValue())) {
        throw new BackupException(
            "The export is damaged: of the table %s it has %d rows, it says %d; or their bytes are not those that were written."
                .formatted(said.getKey(), found.rows(), said.getValue().rows()));
      }
    }
    return summary;
  }
}
