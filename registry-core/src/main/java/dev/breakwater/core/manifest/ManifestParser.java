package dev.breakwater.core.manifest;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Descriptor;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.MediaTypes;
import dev.breakwater.core.oci.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a manifest without changing it. Fields and media types that it does not know are left alone
 * (OCI image-spec: they must not be refused); what it does know must have the right shape.
 */
final class ManifestParser {
  /** An image has a few hundred layers at most; a million of them is an attack. */
  static final int MAX_DESCRIPTORS = 10_000;

  private final JsonValue root;

  private ManifestParser(JsonValue root) {
    this.root = root;
  }

  /**
   * @param contentType the request's media type without parameters; may be empty
   * @throws RegistryException MANIFEST_INVALID with what is wrong and where
   */
  static ManifestDocument parse(String contentType, byte[] bytes) {
    JsonValue root;
    try {
      root = Json.parse(bytes);
    } catch (JsonException e) {
      throw invalid(
          "is not well-formed JSON: " + Printable.shorten(String.valueOf(e.getMessage())));
    }
    if (!root.isObject()) {
      throw invalid("is not a JSON object");
    }
    return new ManifestParser(root).document(contentType);
  }

  private ManifestDocument document(String contentType) {
    String mediaType = mediaType(contentType);
    requireSchemaVersion(mediaType);
    List<Descriptor> blobs = new ArrayList<>();
    Optional<Descriptor> config = optionalDescriptor("config");
    config.ifPresent(blobs::add);
    if (MediaTypes.isImageManifest(mediaType) && config.isEmpty()) {
      throw invalid("has no 'config'");
    }
    blobs.addAll(descriptors("layers"));
    blobs.addAll(descriptors("blobs"));
    List<Descriptor> children = descriptors("manifests");
    if (MediaTypes.isIndex(mediaType) && !root.get("manifests").isArray()) {
      throw invalid("has no array 'manifests'");
    }
    Optional<String> artifactType =
        text("artifactType").or(() -> config.map(Descriptor::mediaType).filter(t -> !t.isEmpty()));
    return new ManifestDocument(
        mediaType,
        artifactType,
        config,
        blobs,
        children,
        optionalDescriptor("subject").map(Descriptor::digest),
        annotations());
  }

  private String mediaType(String contentType) {
    Optional<String> inside = text("mediaType");
    if (contentType.isEmpty() || contentType.equals("application/json")) {
      return inside.orElse(
          root.get("manifests").isArray() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
    }
    requirePlain("Content-Type", contentType);
    if (inside.isPresent() && !inside.get().equals(contentType)) {
      throw invalid(
          "says mediaType '"
              + Printable.shorten(inside.get())
              + "', the request's Content-Type is '"
              + Printable.shorten(contentType)
              + "'");
    }
    if (MediaTypes.isSchema1(contentType)) {
      throw invalid("is of Docker's schema 1, which is no longer accepted; push schema 2 or OCI");
    }
    return contentType;
  }

  private void requireSchemaVersion(String mediaType) {
    JsonValue version = root.get("schemaVersion");
    boolean known = MediaTypes.isImageManifest(mediaType) || MediaTypes.isIndex(mediaType);
    if (known && version.wholeNumber().orElse(0) != 2) {
      throw invalid("needs \"schemaVersion\": 2");
    }
  }

  private Optional<Descriptor> optionalDescriptor(String field) {
    JsonValue node = root.get(field);
    return node.isAbsent() ? Optional.empty() : Optional.of(descriptor(field, node));
  }

  private List<Descriptor> descriptors(String field) {
    JsonValue array = root.get(field);
    if (array.isAbsent()) {
      return List.of();
    }
    if (!array.isArray()) {
      throw invalid("'" + field + "' is not an array");
    }
    if (array.size() > MAX_DESCRIPTORS) {
      throw invalid("'" + field + "' has more than " + MAX_DESCRIPTORS + " entries");
    }
    List<Descriptor> descriptors = new ArrayList<>(array.size());
    for (JsonValue element : array.elements()) {
      descriptors.add(descriptor(field + "[" + descriptors.size() + "]", element));
    }
    return descriptors;
  }

  private static Descriptor descriptor(String where, JsonValue node) {
    if (!node.isObject()) {
      throw invalid("'" + where + "' is not a descriptor");
    }
    String digest =
        node.get("digest")
            .text()
            .orElseThrow(() -> invalid("'" + where + ".digest' is missing or not a string"));
    long size = node.get("size").wholeNumber().orElse(-1);
    if (size < 0) {
      throw invalid("'" + where + ".size' is not a number of bytes");
    }
    String mediaType = optionalText(where + ".mediaType", node.get("mediaType")).orElse("");
    boolean hasUrls = node.get("urls").size() > 0;
    return new Descriptor(
        mediaType,
        parseDigest(where, digest),
        size,
        hasUrls || MediaTypes.isNonDistributable(mediaType));
  }

  private static Digest parseDigest(String where, String text) {
    try {
      return Digest.parse(text);
    } catch (RegistryException e) {
      throw invalid("'" + where + ".digest': " + e.getMessage());
    }
  }

  private Map<String, String> annotations() {
    JsonValue node = root.get("annotations");
    if (node.isAbsent()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw invalid("'annotations' is not an object");
    }
    Map<String, String> annotations = new HashMap<>();
    node.members().forEach((key, value) -> annotations.put(key, annotation(key, value)));
    return annotations;
  }

  private static String annotation(String key, JsonValue value) {
    return value
        .text()
        .orElseThrow(() -> invalid("annotation '" + Printable.shorten(key) + "' is not a string"));
  }

  private Optional<String> text(String field) {
    return optionalText(field, root.get(field)).filter(value -> !value.isEmpty());
  }

  private static Optional<String> optionalText(String where, JsonValue node) {
    if (node.isAbsent()) {
      return Optional.empty();
    }
    String value = node.text().orElseThrow(() -> invalid("'" + where + "' is not a string"));
    requirePlain("'" + where + "'", value);
    return Optional.of(value);
  }

  /** Media types go into headers and rows: no control characters, no half characters. */
  private static void requirePlain(String where, String value) {
    if (value.length() > 255) {
      throw invalid(where + " is longer than 255 characters");
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
        throw invalid(where + " has a character that no media type has");
      }
    }
  }

  private static RegistryException invalid(String what) {
    return new RegistryException(ErrorCode.MANIFEST_INVALID, "the manifest " + what);
  }
}
