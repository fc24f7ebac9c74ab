package dev.breakwater.storage.sql.backup;

import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.StorageUnusableException;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Migrator;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SchemaStep;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.backup.Catalog.Table;
import dev.breakwater.storage.sql.backup.ExportReader.Entry;
import dev.breakwater.storage.sql.backup.ExportSummary.SequenceValue;
import io.r2dbc.spi.R2dbcException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fills an empty database from an export, in one transaction: all of it is there afterwards, or
 * nothing.
 *
 * <p>The schema is made as it was when the export was written, filled, and brought forward to this
 * program's then: the same steps that a database would have gone through that was there all along.
 */
public final class ImportDatabase {
  private final Database database;
  private final String program;
  private final Scheduler workers;
  private final Consumer<String> lines;

  /**
   * @param program this program's version
   * @param workers reads the file
   * @param lines gets what was read, for people
   */
  public ImportDatabase(
      Database database, String program, Scheduler workers, Consumer<String> lines) {
    this.database = database;
    this.program = program;
    this.workers = workers;
    this.lines = lines;
  }

  /**
   * Reads the export to its end and leaves the stream open.
   *
   * @return the fingerprint of the secret key that the database needs now, empty if it holds
   *     nothing sealed; {@link BackupException} or {@link StorageUnusableException} (as error
   *     signal) when it cannot be done
   */
  public Mono<String> from(InputStream in) {
    return Migrator.requireUsable(database)
        .then(onWorkers(() -> ExportReader.open(in)))
        .flatMap(reader -> onWorkers(() -> about(reader)).flatMap(about -> load(reader, about)));
  }

  private Mono<String> load(ExportReader reader, ExportAbout about) {
    requireKnown(about);
    lines.accept(
        "export of %s by version %s, schema %d, from PostgreSQL %s"
            .formatted(about.created(), about.program(), about.lastStep(), about.server()));
    return database
        .inTx(tx -> loadIn(tx, reader, about))
        .then(Mono.defer(() -> database.update("ANALYZE")))
        .thenReturn(about.secretKey());
  }

  private Mono<Boolean> loadIn(Tx tx, ExportReader reader, ExportAbout about) {
    Statements statements = database.in(tx);
    return patience(statements)
        .then(Mono.defer(() -> requireEmpty(statements)))
        .then(Mono.defer(() -> Migrator.migrateIn(database, tx, program, about.schema())))
        .then(Mono.defer(() -> Catalog.read(statements)))
        .flatMap(catalog ->
            prepare(statements, about, catalog)
                .then(Mono.defer(() -> fill(tx, reader, about)))
                .flatMap(summary -> finish(statements, catalog, summary)))
        .then(Mono.defer(() -> Migrator.migrateIn(database, tx, program, Migrator.known())))
        // Not to be done again as other transactions are: the file is read.
        .onErrorMap(R2dbcException.class, ImportDatabase::refused)
        .thenReturn(true);
  }

  private static Mono<Boolean> patience(Statements statements) {
    return statements.one(
        """
        SELECT set_config('statement_timeout', '0', true),
          set_config('idle_in_transaction_session_timeout', '0', true),
          set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
          set_config('IntervalStyle', 'iso_8601', true)
        """,
        _ -> true);
  }

  private static ExportAbout about(ExportReader reader) {
    Entry first =
        reader
            .next()
            .filter(entry -> entry.name().equals(ExportAbout.ENTRY))
            .orElseThrow(() -> new BackupException("This is no export of a Breakwater database."));
    return ExportAbout.parse(first.bytes());
  }

  private void requireKnown(ExportAbout about) {
    Map<Integer, SchemaStep> known =
        Migrator.known().stream()
            .collect(Collectors.toMap(SchemaStep::number, Function.identity()));
    if (about.schema().isEmpty()) {
      throw new BackupException("The export is not usable: it does not say which schema it has.");
    }
    for (SchemaStep step : about.schema()) {
      SchemaStep own = known.get(step.number());
      if (own == null) {
        throw new BackupException(
            "The export has a newer schema (step %d, %s, by version %s) than this program knows, %s."
                    .formatted(step.number(), step.name(), about.program(), program)
                + " Import it with version "
                + about.program()
                + " or newer.");
      }
      if (!own.checksum().equals(step.checksum())) {
        throw new BackupException(
            "Step %d of the export's schema was made by another build of this program. Import it"
                    .formatted(step.number())
                + " with the build that made it, version "
                + about.program()
                + ".");
      }
    }
  }

  private static Mono<Void> requireEmpty(Statements statements) {
    return Catalog.relations(statements)
        .filter(names -> !names.isEmpty())
        .flatMap(names ->
            Mono.error(
                new BackupException(
                    "The database is not empty, it has "
                        + names.stream().limit(5).collect(Collectors.joining(", "))
                        + (names.size() > 5 ? " and more" : "")
                        + ". An import needs an empty one: set data.dir to a new folder, or"
                        + " database.url to a new database, and import before the first start.")));
  }

  /** What the schema's steps wrote goes: it is in the export as it became. */
  private static Mono<Void> prepare(Statements statements, ExportAbout about, Catalog catalog) {
    requireSameTables(about, catalog);
    String all =
        catalog.tables().stream()
            .map(table -> CopyText.identifier(table.name()))
            .collect(Collectors.joining(", "));
    return Flux.fromIterable(about.partitions())
        .concatMap(partition -> statements.update(partition.create()))
        .then(Mono.defer(() -> statements.update("TRUNCATE " + all)))
        .thenMany(Flux.defer(() -> triggers(statements, catalog, "DISABLE")))
        .then();
  }

  /** What the schema's triggers would write is in the export, too. */
  private static Flux<Long> triggers(Statements statements, Catalog catalog, String what) {
    return Flux.fromIterable(catalog.tables())
        .concatMap(table ->
            statements.update(
                "ALTER TABLE " + CopyText.identifier(table.name()) + " " + what + " TRIGGER USER"));
  }

  private static void requireSameTables(ExportAbout about, Catalog catalog) {
    Map<String, List<String>> there =
        catalog.tables().stream().collect(Collectors.toMap(Table::name, Table::columns));
    for (Table table : about.tables()) {
      List<String> columns = there.remove(table.name());
      if (columns == null || !columns.equals(table.columns())) {
        throw new BackupException(
            "The export is not usable: its table " + table.name() + " is not one of its schema.");
      }
    }
    if (!there.isEmpty()) {
      throw new BackupException(
          "The export is not whole: it lacks tables, " + there.keySet() + ".");
    }
  }

  private Mono<ExportSummary> fill(Tx tx, ExportReader reader, ExportAbout about) {
    ImportTally tally = new ImportTally(about.tables());
    return onWorkers(reader::next)
        .flatMap(entry ->
            entry.isPresent() ? accept(tx, tally, entry.get()).thenReturn(true) : Mono.just(false))
        .repeat()
        .takeUntil(more -> !more)
        .then(Mono.fromCallable(tally::verify))
        .doOnNext(summary -> lines.accept(summary.rows() + " rows imported"));
  }

  private Mono<Void> accept(Tx tx, ImportTally tally, Entry entry) {
    Optional<Table> table = tally.begin(entry);
    if (table.isEmpty()) {
      return Mono.empty();
    }
    String copy =
        "COPY %s (%s) FROM STDIN"
            .formatted(
                CopyText.identifier(table.get().name()),
                CopyText.identifiers(table.get().columns(), ""));
    return database
        .copy(tx, copy, entry.bytes())
        .doOnNext(rows -> tally.add(table.get(), entry, rows))
        .then();
  }

  private static Mono<Void> finish(Statements statements, Catalog catalog, ExportSummary summary) {
    return Flux.defer(() -> triggers(statements, catalog, "ENABLE"))
        .thenMany(Flux.fromIterable(summary.sequences()))
        .concatMap(sequence -> set(statements, catalog, sequence))
        .then();
  }

  private static Mono<Long> set(Statements statements, Catalog catalog, SequenceValue sequence) {
    if (!catalog.sequences().contains(sequence.name())) {
      return Mono.error(
          new BackupException(
              "The export is not usable: its sequence "
                  + sequence.name()
                  + " is not one of its schema."));
    }
    return statements.one(
        "SELECT setval($1::regclass, $2, $3) AS value",
        row -> Rows.number(row, "value"),
        CopyText.identifier(sequence.name()),
        sequence.value(),
        sequence.used());
  }

  private <T> Mono<T> onWorkers(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(workers);
  }

  private static BackupException refused(R2dbcException e) {
    return new BackupException(
        "The database does not take what is in the export: "
            + e.getMessage()
            + ". Nothing was imported.",
        e);
  }
}
