package dev.breakwater.storage.sql.gc;

import dev.breakwater.core.gc.GarbageRepository.Batch;
import dev.breakwater.core.gc.GarbageRepository.Expired;
import dev.breakwater.core.gc.GarbageRepository.ExpiredBatch;
import dev.breakwater.core.gc.GarbageRepository.Position;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Manifests whose time is over: those without a tag, and those that expire. */
final class EndedManifests {
  /** Of the first repository that has some: a batch is of one. */
  static final String UNTAGGED =
      """
      WITH candidate AS (
        SELECT id, repository_id FROM manifest
        WHERE listed AND NOT tagged AND pushed_at < $1 AND (repository_id, id) > ($2, $3)
        ORDER BY repository_id, id LIMIT $4)
      SELECT candidate.id, repository.id AS repository_id, repository.project_id, repository.name
      FROM candidate JOIN repository ON repository.id = candidate.repository_id
      WHERE candidate.repository_id = (SELECT min(repository_id) FROM candidate)
      ORDER BY candidate.id
      """;

  /**
   * That there is an end is said twice: of a time that it does not know, the planner believes that
   * a third of all manifests end before it, even where none has an end.
   */
  static final String EXPIRED =
      """
      WITH candidate AS (
        SELECT id, repository_id, expires_by_rule FROM manifest
        WHERE expires_at IS NOT NULL AND expires_at < $1 AND (repository_id, id) > ($2, $3)
        ORDER BY repository_id, id LIMIT $4)
      SELECT candidate.id, repository.id AS repository_id, repository.project_id, repository.name,
        candidate.expires_by_rule,
        ARRAY (
          SELECT tag.name FROM tag WHERE tag.manifest_id = candidate.id ORDER BY tag.name) AS tags,
        ARRAY (
          SELECT (extract(epoch FROM tag.updated_at) * 1000000)::bigint
          FROM tag WHERE tag.manifest_id = candidate.id ORDER BY tag.name) AS since
      FROM candidate JOIN repository ON repository.id = candidate.repository_id
      WHERE candidate.repository_id = (SELECT min(repository_id) FROM candidate)
      ORDER BY candidate.id
      """;

  static final String POSTPONE =
      """
      UPDATE manifest SET expires_at = later.ends, expires_by_rule = later.ends IS NOT NULL
      FROM (
        SELECT manifest.id, to_timestamp(given.micros / 1000000.0) AS ends
        FROM unnest($1::bigint[], $2::bigint[]) AS given (id, micros)
        JOIN manifest ON manifest.id = given.id
        ORDER BY manifest.id FOR NO KEY UPDATE OF manifest) AS later
      WHERE manifest.id = later.id AND manifest.expires_by_rule
      """;

  private final Database database;

  EndedManifests(Database database) {
    this.database = database;
  }

  Mono<Batch> untagged(Instant pushedBefore, Position after, int limit) {
    return database
        .many(
            UNTAGGED,
            Candidate::of,
            Rows.timestamp(pushedBefore),
            after.repositoryId(),
            after.manifestId(),
            limit)
        .map(EndedManifests::batch);
  }

  Mono<ExpiredBatch> expired(Instant now, Position after, int limit) {
    return database
        .many(
            EXPIRED,
            EndedManifests::ended,
            Rows.timestamp(now),
            after.repositoryId(),
            after.manifestId(),
            limit)
        .filter(found -> !found.isEmpty())
        .map(found -> {
          Candidate first = found.getFirst().candidate();
          return new ExpiredBatch(
              RepositoryName.parse(first.repository()),
              first.repositoryId(),
              first.projectId(),
              found.stream().map(Ended::artifact).toList());
        });
  }

  private static Ended ended(Readable row) {
    String[] names = Rows.get(row, "tags", String[].class);
    Long[] since = Rows.get(row, "since", Long[].class);
    Map<Tag, Instant> tags = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      tags.put(Tag.parse(names[i]), Instant.EPOCH.plus(since[i], ChronoUnit.MICROS));
    }
    return new Ended(
        Candidate.of(row),
        new Expired(Rows.number(row, "id"), Rows.flag(row, "expires_by_rule"), tags));
  }

  Mono<Void> postpone(Map<Long, Optional<Instant>> ends) {
    if (ends.isEmpty()) {
      return Mono.empty();
    }
    List<Map.Entry<Long, Optional<Instant>>> entries = List.copyOf(ends.entrySet());
    return database
        .update(
            POSTPONE,
            entries.stream().map(Map.Entry::getKey).toArray(Long[]::new),
            entries.stream()
                .map(entry -> entry.getValue().map(EndedManifests::micros).orElse(null))
                .toArray(Long[]::new))
        .then();
  }

  private static Long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Batch batch(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return new Batch(Optional.empty(), 0, 0, List.of());
    }
    Candidate first = candidates.getFirst();
    return new Batch(
        Optional.of(RepositoryName.parse(first.repository())),
        first.repositoryId(),
        first.projectId(),
        candidates.stream().map(Candidate::id).toList());
  }

  private record Candidate(long id, long repositoryId, long projectId, String repository) {
    static Candidate of(Readable row) {
      return new Candidate(
          Rows.number(row, "id"),
          Rows.number(row, "repository_id"),
          Rows.number(row, "project_id"),
          Rows.text(row, "name"));
    }
  }

  private record Ended(Candidate candidate, Expired artifact) {}
}
