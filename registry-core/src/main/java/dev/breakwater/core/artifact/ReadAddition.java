package dev.breakwater.core.artifact;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.manifest.ManifestRepository;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads what can be read of an artifact beside itself, out of its blobs: how an image was built, a
 * chart's values, read-me and dependencies, a model's read-me, licence and files.
 */
public final class ReadAddition {
  private static final Permission READ = Permission.of(Resource.ARTIFACT_ADDITION, Verb.READ);

  /** Charts are a few KB; an archive that is larger is not opened. */
  private static final int MAX_ARCHIVE = 16 * 1024 * 1024;

  private static final int MAX_CONFIG = 4 * 1024 * 1024;

  private final Authorizer authorizer;
  private final ArtifactRepository artifacts;
  private final ManifestRepository manifests;
  private final SmallBlobs blobs;
  private final Scheduler workers;

  /**
   * @param workers unpacks archives
   */
  public ReadAddition(
      Authorizer authorizer,
      ArtifactRepository artifacts,
      ManifestRepository manifests,
      SmallBlobs blobs,
      Scheduler workers) {
    this.authorizer = authorizer;
    this.artifacts = artifacts;
    this.manifests = manifests;
    this.blobs = blobs;
    this.workers = workers;
  }

  /** What an artifact of this kind has, by the words of the management API. */
  public static List<String> of(Artifact artifact) {
    return switch (artifact.type()) {
      case "IMAGE", "WASM" ->
          MediaTypes.isIndex(artifact.mediaType()) ? List.of() : List.of("build_history");
      case "CHART" -> List.of("values.yaml", "readme.md", "dependencies");
      case "CNAI" -> List.of("license", "readme.md", "files");
      default -> List.of();
    };
  }

  /**
   * @param name such as {@code build_history}, in any case of letters
   * @throws RegistryException (as error signal) NOT_FOUND if there is no such artifact or it has
   *     none; BAD_REQUEST if artifacts of its kind have no such addition
   */
  public Mono<Addition> read(
      Caller caller, Project project, RepositoryName repository, Reference reference, String name) {
    return artifact(caller, project, repository, reference)
        .flatMap(artifact -> read(artifact, repository, lower(artifact, name)))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "the artifact has no "
                        + Printable.shorten(name)
                        + ", or one that is too large")));
  }

  /**
   * The artifact, for whoever may read what there is beside it.
   *
   * @throws RegistryException (as error signal) NOT_FOUND
   */
  public Mono<Artifact> artifact(
      Caller caller, Project project, RepositoryName repository, Reference reference) {
    return authorizer
        .require(caller, project, READ)
        .then(Mono.defer(() -> artifacts.find(repository, reference)))
        .switchIfEmpty(Mono.error(() -> ReadArtifacts.notFound(repository, reference)));
  }

  private static String lower(Artifact artifact, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (!of(artifact).contains(wanted)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "the addition "
              + Printable.shorten(name)
              + " isn't supported for "
              + artifact.type()
              + "; possible: "
              + of(artifact));
    }
    return wanted;
  }

  private Mono<Addition> read(Artifact artifact, RepositoryName repository, String name) {
    return manifests
        .find(repository, Digest.parse(artifact.digest()))
        .map(manifest -> Json.parse(manifest.bytes()))
        .flatMap(manifest ->
            switch (artifact.type()) {
              case "IMAGE", "WASM" -> history(manifest);
              case "CHART" -> chart(manifest, name);
              default -> model(manifest, name);
            });
  }

  private Mono<Addition> history(JsonValue manifest) {
    return digest(manifest.get("config"))
        .map(digest -> blobs.read(digest, MAX_CONFIG))
        .orElseGet(Mono::empty)
        .map(config -> {
          try {
            JsonValue history = Json.parse(config).get("history");
            return Addition.json(history.isArray() ? history.toString() : "[]");
          } catch (JsonException e) {
            return Addition.json("[]");
          }
        });
  }

  private Mono<Addition> chart(JsonValue manifest, String name) {
    return manifest.get("layers").elements().stream()
        .filter(layer -> layer.get("mediaType").text().orElse("").contains("helm.chart.content"))
        .findFirst()
        .flatMap(ReadAddition::digest)
        .map(digest ->
            blobs
                .read(digest, MAX_ARCHIVE)
                .publishOn(workers)
                .flatMap(archive -> Mono.justOrEmpty(ChartArchive.addition(archive, name))))
        .orElseGet(Mono::empty);
  }

  private Mono<Addition> model(JsonValue manifest, String name) {
    if (name.equals("files")) {
      return Mono.just(Addition.json(ModelFiles.of(manifest)));
    }
    String wanted = name.equals("license") ? "license" : "readme";
    return manifest.get("layers").elements().stream()
        .filter(layer -> ModelFiles.path(layer).toLowerCase(Locale.ROOT).startsWith(wanted))
        .filter(layer -> layer.get("mediaType").text().orElse("").endsWith(".raw"))
        .findFirst()
        .flatMap(ReadAddition::digest)
        .map(digest -> blobs.read(digest, MAX_CONFIG).map(Addition::text))
        .orElseGet(Mono::empty);
  }

  private static Optional<Digest> digest(JsonValue descriptor) {
    return descriptor.get("digest").text().map(Digest::parse);
  }

  /** Content with its media type. */
  public record Addition(String contentType, byte[] content) {
    static Addition json(String text) {
      return new Addition("application/json; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Addition text(byte[] bytes) {
      return new Addition("text/plain; charset=utf-8", bytes);
    }
  }
}
