package dev.breakwater.storage.sql.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.transaction.Tx;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Migrator;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.SchemaStep;
import dev.breakwater.storage.sql.Statements;
import dev.breakwater.storage.sql.backup.Catalog.Table;
import dev.breakwater.storage.sql.backup.ExportSummary.SequenceValue;
import dev.breakwater.storage.sql.backup.ExportSummary.TableCount;
import io.r2dbc.spi.R2dbcException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Writes all rows of the database as they are at one moment, while everybody goes on working.
 *
 * <p>One transaction with one snapshot reads all; each table through a cursor, so that memory is
 * bounded by a page of rows. Values are the server's own text, which a server of any other version
 * reads. No lock is taken but the one that every reader has.
 */
public final class ExportDatabase {
  /** About how large a part is, in bytes. */
  private static final int PART = 4 * 1024 * 1024;

  private static final int ROWS = 1000;

  /** Of rows that hold manifests: 4 MiB each at most, twice as much as text. */
  private static final int WIDE_ROWS = 8;

  private static final String SNAPSHOT =
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

  /** How values are written, and that it may take its time. */
  private static final String SETTINGS =
      """
      SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
        set_config('IntervalStyle', 'iso_8601', true), set_config('extra_float_digits', '3', true),
        set_config('bytea_output', 'hex', true), set_config('statement_timeout', '0', true),
        set_config('idle_in_transaction_session_timeout', '0', true)
      """;

  private static final String ABOUT =
      """
      SELECT current_setting('server_version') AS server, now() AS created,
        coalesce((SELECT fingerprint FROM secret_key_fingerprint), '') AS fingerprint
      """;

  private final Database database;
  private final String program;
  private final Scheduler workers;
  private final Consumer<String> lines;

  /**
   * @param program this program's version
   * @param workers writes the file
   * @param lines gets what was written, for people
   */
  public ExportDatabase(
      Database database, String program, Scheduler workers, Consumer<String> lines) {
    this.database = database;
    this.program = program;
    this.workers = workers;
    this.lines = lines;
  }

  /**
   * Writes the export and leaves the stream open.
   *
   * @return how many rows; {@link BackupException} (as error signal) when it cannot be done
   */
  public Mono<Long> to(OutputStream out) {
    return database
        .inTx(tx -> onWorkers(() -> new ExportWriter(out)).flatMap(writer -> write(tx, writer)))
        .onErrorMap(IOException.class, ExportDatabase::unwritable);
  }

  private Mono<Long> write(Tx tx, ExportWriter writer) {
    Statements statements = database.in(tx);
    return statements
        .update(SNAPSHOT)
        .then(Mono.defer(() -> statements.one(SETTINGS, _ -> true)))
        .then(Mono.defer(() -> Migrator.applied(statements)))
        .flatMap(schema ->
            Catalog.read(statements)
                .flatMap(catalog ->
                    about(statements, schema, catalog)
                        .flatMap(about -> run(writer, ExportAbout.ENTRY, about.toJson()))
                        .then(Mono.defer(() -> tables(statements, writer, catalog)))))
        // Not to be done again as other transactions are: half of it is written.
        .onErrorMap(R2dbcException.class, ExportDatabase::failed);
  }

  private Mono<ExportAbout> about(Statements statements, List<SchemaStep> schema, Catalog catalog) {
    return statements.one(
        ABOUT,
        row ->
            new ExportAbout(
                program,
                Rows.text(row, "server"),
                Rows.instant(row, "created").toString(),
                schema,
                catalog.tables(),
                catalog.partitions(),
                Rows.text(row, "fingerprint")));
  }

  private Mono<Long> tables(Statements statements, ExportWriter writer, Catalog catalog) {
    Map<String, TableCount> counts = new LinkedHashMap<>();
    return Flux.fromIterable(catalog.tables())
        .concatMap(table ->
            table(statements, writer, table).doOnNext(count -> counts.put(table.name(), count)))
        .then(Mono.defer(() -> sequences(statements, catalog.sequences())))
        .map(sequences -> new ExportSummary(counts, sequences))
        .flatMap(summary ->
            run(writer, ExportSummary.ENTRY, summary.toJson())
                .then(
                    onWorkers(() -> {
                      writer.finish();
                      return summary.rows();
                    })));
  }

  private Mono<TableCount> table(Statements statements, ExportWriter writer, Table table) {
    Part part = new Part(writer, table.name());
    String cursor = CopyText.identifier("export " + table.name());
    int rows = table.wide() ? WIDE_ROWS : ROWS;
    String declare =
        "DECLARE %s NO SCROLL CURSOR FOR SELECT %s FROM %s"
            .formatted(
                cursor,
                CopyText.identifiers(table.columns(), "::text"),
                CopyText.identifier(table.name()));
    String fetch = "FETCH FORWARD " + rows + " FROM " + cursor;
    Mono<Boolean> page =
        statements
            .many(fetch, row -> CopyText.line(row, table.columns().size()))
            .flatMap(lines -> onWorkers(() -> part.add(lines)).thenReturn(lines.size() == rows));
    return statements
        .update(declare)
        .thenMany(page.repeat().takeUntil(more -> !more))
        .then(Mono.defer(() -> statements.update("CLOSE " + cursor)))
        .then(onWorkers(part::end))
        .doOnNext(count -> {
          if (count.rows() > 0) {
            lines.accept(table.name() + ": " + count.rows() + " rows");
          }
        });
  }

  /** Read last: none is behind the rows. */
  private static Mono<List<SequenceValue>> sequences(Statements statements, List<String> names) {
    return Flux.fromIterable(names)
        .concatMap(name ->
            statements.one(
                "SELECT last_value, is_called FROM " + CopyText.identifier(name),
                row ->
                    new SequenceValue(
                        name, Rows.number(row, "last_value"), Rows.flag(row, "is_called"))))
        .collectList();
  }

  private Mono<Boolean> run(ExportWriter writer, String name, byte[] bytes) {
    return onWorkers(() -> {
      writer.write(name, bytes);
      return true;
    });
  }

  private <T> Mono<T> onWorkers(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(workers);
  }

  private static BackupException unwritable(IOException e) {
    return new BackupException("The export cannot be written: " + e.getMessage() + ".", e);
  }

  private static BackupException failed(R2dbcException e) {
    return new BackupException("The database could not be read: " + e.getMessage() + ".", e);
  }

  /** The part of a table that is being filled. */
  private static final class Part {
    private final ExportWriter writer;
    private final String table;
    private final TableTally tally = new TableTally();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long rows;

    Part(ExportWriter writer, String table) {
      this.writer = writer;
      this.table = table;
    }

    boolean add(List<String> lines) throws IOException {
      for (String line : lines) {
        bytes.writeBytes(line.getBytes(UTF_8));
        rows++;
        if (bytes.size() >= PART) {
          flush();
        }
      }
      return true;
    }

    TableCount end() throws IOException {
      if (rows > 0) {
        flush();
      }
      return tally.count();
    }

    private void flush() throws IOException {
      byte[] part = bytes.toByteArray();
      writer.write(ExportWriter.part(table, tally.parts() + 1), part);
      tally.add(part, rows);
      bytes.reset();
      rows = 0;
    }
  }
}
