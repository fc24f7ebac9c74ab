package dev.breakwater.core.adoption;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.Printable;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where distribution keeps what (distribution, {@code registry/storage/paths.go}): a link is a file
 * that holds a digest. A manifest was deleted if its link is gone; its folder may still be there.
 *
 * <pre>
 * repositories/&lt;name&gt;/_manifests/revisions/&lt;algorithm&gt;/&lt;hex&gt;/link
 * repositories/&lt;name&gt;/_manifests/tags/&lt;tag&gt;/current/link
 * repositories/&lt;name&gt;/_layers/&lt;algorithm&gt;/&lt;hex&gt;/link
 * blobs/&lt;algorithm&gt;/&lt;first two hex&gt;/&lt;hex&gt;/data      manifests as well
 * </pre>
 */
final class DistributionLayout {
  static final String REPOSITORIES = "repositories";

  /** What makes a folder a repository. */
  static final String MANIFESTS = "_manifests";

  /** Longer than any digest. */
  private static final int LINK = 256;

  private final ObjectListing listing;

  DistributionLayout(ObjectListing listing) {
    this.listing = listing;
  }

  /** What is in a folder of repositories; empty text: the uppermost one. */
  Flux<String> names(String folder) {
    return listing.folders(folder.isEmpty() ? REPOSITORIES : REPOSITORIES + "/" + folder);
  }

  /** The manifests of a repository; those whose link is gone are among them. */
  Flux<Revision> revisions(String repository) {
    return Flux.fromArray(DigestAlgorithm.values())
        .concatMap(algorithm ->
            listing
                .folders(revisions(repository, algorithm.label()))
                .map(hex -> new Revision(algorithm.label() + ":" + hex)));
  }

  Flux<String> tags(String repository) {
    return listing.folders(tagFolder(repository));
  }

  /** What a manifest's own link says; empty: it is gone. */
  Mono<Digest> revision(String repository, Revision revision) {
    return link(revisions(repository, revision.text().replace(':', '/')) + "/link");
  }

  Mono<Boolean> isRevision(String repository, Digest digest) {
    return listing
        .read(revisions(repository, digest.toString().replace(':', '/')) + "/link", LINK)
        .hasElement();
  }

  /** What a tag points to; empty: it has no link. */
  Mono<Digest> tag(String repository, String tag) {
    return link(tagFolder(repository) + "/" + tag + "/current/link");
  }

  private Mono<Digest> link(String path) {
    return listing.read(path, LINK).map(DistributionLayout::digest);
  }

  private static Digest digest(byte[] link) {
    String text = new String(link, StandardCharsets.UTF_8).strip();
    try {
      return Digest.parse(text);
    } catch (RegistryException e) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID,
          "its link is damaged: it holds "
              + (text.isEmpty() ? "nothing" : "'" + Printable.shorten(text) + "'")
              + " and no digest",
          e);
    }
  }

  private static String revisions(String repository, String rest) {
    return REPOSITORIES + "/" + repository + "/" + MANIFESTS + "/revisions/" + rest;
  }

  private static String tagFolder(String repository) {
    return REPOSITORIES + "/" + repository + "/" + MANIFESTS + "/tags";
  }

  /**
   * A folder among the manifests.
   *
   * @param text a digest, if the folder has the name that it should have
   */
  record Revision(String text) {}
}
