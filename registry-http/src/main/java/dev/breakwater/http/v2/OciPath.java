package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;

/**
 * What a path under {@code /v2/} means. It is read from the right end: a repository name may
 * contain {@code blobs}, {@code manifests}, {@code tags} and {@code uploads} as components.
 */
sealed interface OciPath {
  /** {@code /v2/}: end-1. */
  record Base() implements OciPath {}

  /** {@code /v2/_catalog}. */
  record Catalog() implements OciPath {}

  /** end-3, end-7, end-9. */
  record Manifest(RepositoryName repository, Reference reference) implements OciPath {}

  /** end-2, end-10. */
  record Blob(RepositoryName repository, Digest digest) implements OciPath {}

  /** Where uploads begin: end-4, end-11. */
  record Uploads(RepositoryName repository) implements OciPath {}

  /** An upload session: end-5, end-6, end-13, end-14. */
  record Upload(RepositoryName repository, String id) implements OciPath {}

  /** end-8. */
  record Tags(RepositoryName repository) implements OciPath {}

  /** end-12. */
  record Referrers(RepositoryName repository, Digest subject) implements OciPath {}

  /**
   * @param path the path of a request, still encoded, that begins with {@code /v2}
   * @return empty when there is no such endpoint
   * @throws dev.breakwater.core.error.RegistryException NAME_INVALID, DIGEST_INVALID or TAG_INVALID
   *     when the endpoint is clear but a part of the path is malformed
   */
  static Optional<OciPath> parse(String path) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return Optional.of(new Base());
    }
    if (!path.startsWith("/v2/")) {
      return Optional.empty();
    }
    String rest = path.substring("/v2/".length());
    if (rest.equals("_catalog")) {
      return Optional.of(new Catalog());
    }
    return parseInRepository(rest);
  }

  private static Optional<OciPath> parseInRepository(String rest) {
    int last = rest.lastIndexOf('/');
    int middle = last < 0 ? -1 : rest.lastIndexOf('/', last - 1);
    if (middle <= 0) {
      return Optional.empty();
    }
    String tail = rest.substring(last + 1);
    String kind = rest.substring(middle + 1, last);
    String name = rest.substring(0, middle);
    return switch (kind) {
      case "manifests" ->
          Optional.of(new Manifest(RepositoryName.parse(name), Reference.parse(decode(tail))));
      case "blobs" -> Optional.of(blobOrUploads(name, tail));
      case "referrers" ->
          Optional.of(new Referrers(RepositoryName.parse(name), Digest.parse(decode(tail))));
      case "tags" ->
          tail.equals("list")
              ? Optional.of(new Tags(RepositoryName.parse(name)))
              : Optional.empty();
      case "uploads" -> parseUpload(name, tail);
      default -> Optional.empty();
    };
  }

  private static OciPath blobOrUploads(String name, String tail) {
    RepositoryName repository = RepositoryName.parse(name);
    return tail.equals("uploads")
        ? new Uploads(repository)
        : new Blob(repository, Digest.parse(decode(tail)));
  }

  private static Optional<OciPath> parseUpload(String front, String id) {
    String suffix = "/blobs";
    if (!front.endsWith(suffix)) {
      return Optional.empty();
    }
    RepositoryName repository =
        RepositoryName.parse(front.substring(0, front.length() - suffix.length()));
    return Optional.of(id.isEmpty() ? new Uploads(repository) : new Upload(repository, id));
  }

  /**
   * Some clients escape the colon of a digest. A slash that was escaped stays an invalid character.
   */
  private static String decode(String component) {
    if (component.indexOf('%') < 0) {
      return component;
    }
    try {
      return QueryStringDecoder.decodeComponent(component);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'" + Printable.shorten(component) + "' has a %-escape that is not well-formed");
    }
  }
}
