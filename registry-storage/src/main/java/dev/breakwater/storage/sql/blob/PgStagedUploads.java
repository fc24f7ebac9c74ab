package dev.breakwater.storage.sql.blob;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.storage.blob.StagedUpload;
import dev.breakwater.storage.blob.StagedUploads;
import dev.breakwater.storage.blob.StoredPart;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * The pieces of uploads to an object store as rows. Each is on disk before the client hears of it:
 * beside a request to an object store that costs little, and what a killed database server forgot
 * of it, nobody could put together again.
 */
public final class PgStagedUploads implements StagedUploads {
  /** A request that did not end in order may still have two parts on their way. */
  static final String BEGIN =
      """
      INSERT INTO staged_upload AS it (id, object_key) VALUES ($1, $2)
      ON CONFLICT (id) DO UPDATE SET
        generation = it.generation + 1,
        next_part = it.next_part + CASE WHEN it.busy THEN 2 ELSE 0 END,
        busy = true, touched_at = now()
      RETURNING id, generation, object_key, multipart_id, direct, sealed_size, next_part
      """;

  static final String BEGIN_DIRECT =
      """
      INSERT INTO staged_upload AS it (id, object_key, direct) VALUES ($1, $2, true)
      ON CONFLICT (id) DO UPDATE SET
        generation = it.generation + 1, object_key = excluded.object_key, direct = true,
        multipart_id = NULL, sealed_size = NULL, busy = true, touched_at = now()
      RETURNING id, generation, object_key, multipart_id, direct, sealed_size, next_part
      """;

  static final String BEGIN_ANEW =
      """
      INSERT INTO staged_upload AS it (id, object_key) VALUES ($1, $2)
      ON CONFLICT (id) DO UPDATE SET
        generation = it.generation + 1, object_key = excluded.object_key, direct = false,
        multipart_id = NULL, sealed_size = NULL, busy = true, touched_at = now()
      RETURNING id, generation, object_key, multipart_id, direct, sealed_size, next_part
      """;

  static final String FIND =
      """
      SELECT id, generation, object_key, multipart_id, direct, sealed_size, next_part
      FROM staged_upload WHERE id = $1
      """;

  static final String PIECES =
      """
      SELECT tail, number, first_byte, size, entity_tag, checksum
      FROM staged_piece WHERE upload_id = $1 ORDER BY tail, number
      """;

  static final String SET_MULTIPART =
      """
      UPDATE staged_upload SET multipart_id = $3, touched_at = now()
      WHERE id = $1 AND generation = $2
      """;

  static final String CUT =
      """
      WITH gone AS (
        DELETE FROM staged_piece
        WHERE upload_id = $1
          AND (first_byte >= $3 OR (NOT tail AND first_byte + size > $3))
          AND EXISTS (SELECT FROM staged_upload WHERE id = $1 AND generation = $2))
      UPDATE staged_upload SET touched_at = now() WHERE id = $1 AND generation = $2
      """;

  static final String ADD_PART =
      """
      WITH owner AS (
        UPDATE staged_upload
        SET touched_at = now(), next_part = greatest(next_part, $3 + 1)
        WHERE id = $1 AND generation = $2
        RETURNING id)
      INSERT INTO staged_piece (upload_id, tail, number, first_byte, size, entity_tag, checksum)
      SELECT id, false, $3, $4, $5, $6, $7 FROM owner
      """;

  static final String END =
      """
      UPDATE staged_upload SET busy = false, touched_at = now()
      WHERE id = $1 AND generation = $2
      """;

  static final String END_WITH_TAIL =
      """
      WITH owner AS (
        UPDATE staged_upload SET busy = false, touched_at = now()
        WHERE id = $1 AND generation = $2
        RETURNING id)
      INSERT INTO staged_piece (upload_id, tail, number, first_byte, size, entity_tag, checksum)
      SELECT id, true, $3, $4, $5, '', '' FROM owner
      """;

  static final String FORGET_TAILS =
      """
      DELETE FROM staged_piece
      WHERE upload_id = $1 AND tail AND number = ANY ($2)
      """;

  static final String SEAL =
      """
      UPDATE staged_upload SET sealed_size = $3, touched_at = now()
      WHERE id = $1 AND generation = $2
      """;

  static final String DELETE =
      """
      DELETE FROM staged_upload WHERE id = $1
      """;

  /** By the index of the times: these rows are the uploads that are going on. */
  static final String RECORDED =
      """
      SELECT id FROM staged_upload WHERE touched_at >= $2 AND multipart_id = $1 LIMIT 1
      """;

  static final String DELETE_OWN =
      """
      DELETE FROM staged_upload WHERE id = $1 AND generation = $2
      """;

  static final String EXISTING =
      """
      SELECT id FROM staged_upload WHERE id = ANY ($1)
      """;

  static final String TOUCH_LIVING =
      """
      UPDATE staged_upload AS it SET touched_at = upload.touched_at FROM upload
      WHERE it.touched_at < $1 AND upload.id = it.id AND upload.touched_at >= $1
      """;

  static final String UNTOUCHED =
      """
      SELECT id FROM staged_upload WHERE touched_at < $1 ORDER BY touched_at, id LIMIT $2
      """;

  private final Database database;

  public PgStagedUploads(Database database) {
    this.database = database;
  }

  @Override
  public Mono<StagedUpload> begin(UploadId upload, String key) {
    return database
        .one(BEGIN, PgStagedUploads::row, upload.value(), key)
        .flatMap(it -> it.generation() == 1 ? Mono.just(it) : withPieces(it));
  }

  @Override
  public Mono<StagedUpload> beginDirect(UploadId upload, String key) {
    return database.one(BEGIN_DIRECT, PgStagedUploads::row, upload.value(), key);
  }

  @Override
  public Mono<StagedUpload> beginAnew(UploadId upload, String key) {
    return database.one(BEGIN_ANEW, PgStagedUploads::row, upload.value(), key);
  }

  @Override
  public Mono<StagedUpload> find(UploadId upload) {
    return database.one(FIND, PgStagedUploads::row, upload.value()).flatMap(this::withPieces);
  }

  @Override
  public Mono<Boolean> setMultipart(UploadId upload, long generation, String multipart) {
    return changes(SET_MULTIPART, upload.value(), generation, multipart);
  }

  @Override
  public Mono<Boolean> cut(UploadId upload, long generation, long offset) {
    return changes(CUT, upload.value(), generation, offset);
  }

  @Override
  public Mono<Boolean> addPart(UploadId upload, long generation, StoredPart part) {
    return changes(
        ADD_PART,
        upload.value(),
        generation,
        (long) part.number(),
        part.first(),
        part.size(),
        part.entityTag(),
        part.checksum());
  }

  @Override
  public Mono<Boolean> end(UploadId upload, long generation, Optional<StagedUpload.Tail> tail) {
    return tail.map(it ->
            changes(END_WITH_TAIL, upload.value(), generation, it.number(), it.first(), it.size()))
        .orElseGet(() -> changes(END, upload.value(), generation));
  }

  @Override
  public Mono<Void> forgetTails(UploadId upload, List<Long> numbers) {
    return database.update(FORGET_TAILS, upload.value(), numbers.toArray(Long[]::new)).then();
  }

  @Override
  public Mono<Boolean> seal(UploadId upload, long generation, long size) {
    return changes(SEAL, upload.value(), generation, size);
  }

  @Override
  public Mono<Void> delete(UploadId upload) {
    return database.update(DELETE, upload.value()).then();
  }

  @Override
  public Mono<Boolean> delete(UploadId upload, long generation) {
    return changes(DELETE_OWN, upload.value(), generation);
  }

  @Override
  public Mono<Boolean> isRecorded(String multipart, Instant since) {
    return database
        .one(RECORDED, PgStagedUploads::id, multipart, Rows.timestamp(since))
        .hasElement();
  }

  @Override
  public Mono<Set<UploadId>> existing(Collection<UploadId> uploads) {
    UUID[] values = uploads.stream().map(UploadId::value).toArray(UUID[]::new);
    return database.many(EXISTING, PgStagedUploads::id, (Object) values).map(Set::copyOf);
  }

  @Override
  public Mono<Void> touchLiving(Instant since) {
    return database.update(TOUCH_LIVING, Rows.timestamp(since)).then();
  }

  @Override
  public Mono<List<UploadId>> untouchedSince(Instant instant, int limit) {
    return database.many(UNTOUCHED, PgStagedUploads::id, Rows.timestamp(instant), limit);
  }

  private Mono<Boolean> changes(String sql, Object... parameters) {
    return database.update(sql, parameters).map(count -> count > 0);
  }

  private Mono<StagedUpload> withPieces(StagedUpload upload) {
    return database
        .many(PIECES, PgStagedUploads::piece, upload.id().value())
        .map(pieces -> with(upload, pieces));
  }

  private static StagedUpload with(StagedUpload upload, List<Piece> pieces) {
    List<StoredPart> parts = new ArrayList<>();
    List<StagedUpload.Tail> tails = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.tail()) {
        tails.add(new StagedUpload.Tail(piece.number(), piece.first(), piece.size()));
      } else {
        parts.add(
            new StoredPart(
                (int) piece.number(),
                piece.first(),
                piece.size(),
                piece.entityTag(),
                piece.checksum()));
      }
    }
    return new StagedUpload(
        upload.id(),
        upload.generation(),
        upload.key(),
        upload.multipart(),
        upload.direct(),
        upload.sealed(),
        upload.nextPart(),
        parts,
        tails);
  }

  private static UploadId id(Readable row) {
    return new UploadId(Rows.get(row, "id", UUID.class));
  }

  private static StagedUpload row(Readable row) {
    return new StagedUpload(
        id(row),
        Rows.number(row, "generation"),
        Rows.text(row, "object_key"),
        Rows.find(row, "multipart_id", String.class),
        Rows.flag(row, "direct"),
        Rows.find(row, "sealed_size", Long.class),
        (int) Rows.number(row, "next_part"),
        List.of(),
        List.of());
  }

  private static Piece piece(Readable row) {
    return new Piece(
        Rows.flag(row, "tail"),
        Rows.number(row, "number"),
        Rows.number(row, "first_byte"),
        Rows.number(row, "size"),
        Rows.text(row, "entity_tag"),
        Rows.text(row, "checksum"));
  }

  private record Piece(
      boolean tail, long number, long first, long size, String entityTag, String checksum) {}
}
