package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;

/** Pushes small artifacts, as the administrator. */
final class TestImages {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private final RunningRegistry registry;

  TestImages(RunningRegistry registry) {
    this.registry = registry;
  }

  /** An image with a config and one layer; the digest of its manifest. */
  Digest image(String repository, String layer, String tag) throws Exception {
    return manifest(repository, image(repository, layer, CONFIG, ""), tag);
  }

  /**
   * An image of another type, or with more members in its manifest: {@code "annotations": ...,}.
   */
  Digest image(String repository, String layer, String configType, String more, String tag)
      throws Exception {
    return manifest(repository, image(repository, layer, configType, more), tag);
  }

  private String image(String repository, String layer, String configType, String more)
      throws Exception {
    String config =
        """
        {"architecture": "amd64", "os": "linux", "created": "2026-01-02T03:04:05Z",
         "author": "somebody", "config": {"Env": ["A=%s"]}}
        """
            .formatted(layer);
    Digest configDigest = registry.push(repository, config.getBytes(UTF_8));
    Digest layerDigest = registry.push(repository, layer.getBytes(UTF_8));
    return """
    {"schemaVersion": 2, "mediaType": "%s", %s
     "config": {"mediaType": "%s", "digest": "%s", "size": %d},
     "layers": [{"mediaType": "%s", "digest": "%s", "size": %d}]}
    """
        .formatted(
            MANIFEST,
            more,
            configType,
            configDigest,
            config.length(),
            LAYER,
            layerDigest,
            layer.length());
  }

  /** An index of these images. */
  Digest index(String repository, List<Digest> children, String tag) throws Exception {
    String manifests =
        children.stream()
            .map(child ->
                """
                {"mediaType": "%s", "digest": "%s", "size": 2,
                 "platform": {"architecture": "amd64", "os": "linux"}}
                """
                    .formatted(MANIFEST, child))
            .collect(Collectors.joining(","));
    return manifest(
        repository,
        """
        {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}
        """
            .formatted(INDEX, manifests),
        tag);
  }

  /** Something that refers to a manifest. */
  Digest referrer(String repository, Digest subject, String artifactType) throws Exception {
    return image(
        repository,
        "about " + subject,
        CONFIG,
        """
        "artifactType": "%s",
        "subject": {"mediaType": "%s", "digest": "%s", "size": 2},
        """
            .formatted(artifactType, MANIFEST, subject),
        "");
  }

  /** Any manifest; an empty tag pushes it by digest. */
  Digest manifest(String repository, String json, String tag) throws Exception {
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, json.getBytes(UTF_8));
    HttpResponse<byte[]> answer = put(repository, json, tag.isEmpty() ? digest.toString() : tag);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
    return digest;
  }

  /** The same, whatever comes of it. */
  HttpResponse<byte[]> put(String repository, String json, String reference, String... headers)
      throws Exception {
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = json.contains("\"manifests\"") ? INDEX : MANIFEST;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return registry.send(
        "PUT", "/v2/" + repository + "/manifests/" + reference, json.getBytes(UTF_8), all);
  }
}
