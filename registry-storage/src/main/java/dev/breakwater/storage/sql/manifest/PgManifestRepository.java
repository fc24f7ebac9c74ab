package dev.breakwater.storage.sql.manifest;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.manifest.Referrer;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.StorableText;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Manifests and the tags that point to them, read from their rows. */
public final class PgManifestRepository implements ManifestRepository {
  static final String RESOLVE =
      """
      SELECT manifest.digest
      FROM repository
      JOIN tag ON tag.repository_id = repository.id
      JOIN manifest ON manifest.id = tag.manifest_id
      WHERE repository.name = $1 AND tag.name = $2
      """;
  static final String FIND =
      """
      SELECT manifest.digest, manifest.media_type, manifest.bytes
      FROM repository
      JOIN manifest ON manifest.repository_id = repository.id
      WHERE repository.name = $1 AND manifest.digest = $2
      """;

  static final String REFERRERS =
      """
      SELECT manifest.digest, manifest.media_type, manifest.size, manifest.artifact_type,
             manifest.annotations
      FROM manifest
      WHERE manifest.repository_id = (SELECT id FROM repository WHERE name = $1)
        AND manifest.subject_digest = $2
        AND manifest.digest > $3
      ORDER BY manifest.digest
      LIMIT $4
      """;

  /** A statement of its own: an optional condition would be planned without its index. */
  static final String REFERRERS_OF_TYPES =
      """
      SELECT manifest.digest, manifest.media_type, manifest.size, manifest.artifact_type,
             manifest.annotations
      FROM manifest
      WHERE manifest.repository_id = (SELECT id FROM repository WHERE name = $1)
        AND manifest.subject_digest = $2
        AND manifest.digest > $3
        AND manifest.artifact_type = ANY ($5::text[])
      ORDER BY manifest.digest
      LIMIT $4
      """;

  private final Database database;

  public PgManifestRepository(Database database) {
    this.database = database;
  }

  @Override
  public Mono<Digest> resolve(RepositoryName repository, Tag tag) {
    return database.one(
        RESOLVE, row -> Digest.parse(Rows.text(row, "digest")), repository.value(), tag.value());
  }

  @Override
  public Mono<StoredManifest> find(RepositoryName repository, Digest digest) {
    return database.one(
        FIND, PgManifestRepository::manifest, repository.value(), digest.toString());
  }

  @Override
  public Mono<List<Referrer>> referrers(
      RepositoryName repository,
      Digest subject,
      List<String> artifactTypes,
      Optional<Digest> after,
      int limit) {
    String behind = after.map(Digest::toString).orElse("");
    return artifactTypes.isEmpty()
        ? database.many(
            REFERRERS,
            PgManifestRepository::referrer,
            repository.value(),
            subject.toString(),
            behind,
            limit)
        : database.many(
            REFERRERS_OF_TYPES,
            PgManifestRepository::referrer,
            repository.value(),
            subject.toString(),
            behind,
            limit,
            artifactTypes.stream().filter(StorableText::fits).toArray(String[]::new));
  }

  private static StoredManifest manifest(Readable row) {
    return new StoredManifest(
        Digest.parse(Rows.text(row, "digest")),
        Rows.text(row, "media_type"),
        Rows.get(row, "bytes", byte[].class));
  }

  private static Referrer referrer(Readable row) {
    Map<String, String> annotations = new LinkedHashMap<>();
    Json.parse(Rows.text(row, "annotations").getBytes(StandardCharsets.UTF_8))
        .members()
        .forEach((key, value) -> annotations.put(key, value.text().orElse("")));
    return new Referrer(
        Digest.parse(Rows.text(row, "digest")),
        Rows.text(row, "media_type"),
        Rows.get(row, "size", Integer.class),
        Rows.find(row, "artifact_type", String.class),
        annotations);
  }
}
