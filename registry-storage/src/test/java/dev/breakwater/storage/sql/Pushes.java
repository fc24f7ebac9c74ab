package dev.breakwater.storage.sql;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.manifest.Accessory;
import dev.breakwater.core.manifest.ArtifactFacts;
import dev.breakwater.core.manifest.Expiry;
import dev.breakwater.core.manifest.ManifestDocument;
import dev.breakwater.core.manifest.NewManifest;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Blobs and manifests to push in tests, into the project that every database begins with. */
public final class Pushes {
  /** The project {@code library}. */
  public static final long PROJECT = 1;

  public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private Pushes() {}

  public static Digest digest(String content) {
    return Digest.compute(DigestAlgorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
  }

  public static UploadSession session(RepositoryName repository) {
    return new UploadSession(UploadId.random(), repository, PROJECT, "user:1", 0, NOW);
  }

  public static Descriptor descriptor(Digest digest) {
    return new Descriptor("application/octet-stream", digest, 3, false);
  }

  /** An image that names these blobs; the content only has to be different for different images. */
  public static NewManifest image(
      RepositoryName repository, String content, List<Digest> blobs, String... tags) {
    return manifest(repository, content, document(blobs, List.of()), tags);
  }

  public static NewManifest index(
      RepositoryName repository, String content, List<Digest> children, String... tags) {
    return manifest(repository, content, document(List.of(), children), tags);
  }

  public static NewManifest referrer(
      RepositoryName repository, String content, Digest subject, String artifactType) {
    return manifest(
        repository,
        content,
        new ManifestDocument(
            MediaTypes.OCI_MANIFEST,
            Optional.of(artifactType),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.of(subject),
            Map.of("made.by", "a test")));
  }

  public static NewManifest manifest(
      RepositoryName repository, String content, ManifestDocument document, String... tags) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new NewManifest(
        repository,
        PROJECT,
        new StoredManifest(
            Digest.compute(DigestAlgorithm.SHA256, bytes), document.mediaType(), bytes),
        document,
        facts(document),
        "alice",
        Arrays.stream(tags).map(Tag::parse).toList(),
        false);
  }

  private static ArtifactFacts facts(ManifestDocument document) {
    return new ArtifactFacts(
        "IMAGE",
        "",
        "{}",
        document.subject().map(subject -> new Accessory(subject, "subject.accessory")),
        Expiry.NEVER,
        Optional.empty());
  }

  private static ManifestDocument document(List<Digest> blobs, List<Digest> children) {
    return new ManifestDocument(
        children.isEmpty() ? MediaTypes.OCI_MANIFEST : MediaTypes.OCI_INDEX,
        Optional.empty(),
        Optional.empty(),
        blobs.stream().map(Pushes::descriptor).toList(),
        children.stream().map(Pushes::descriptor).toList(),
        Optional.empty(),
        Map.of());
  }
}
