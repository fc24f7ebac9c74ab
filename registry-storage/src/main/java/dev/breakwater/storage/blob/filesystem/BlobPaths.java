package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.nio.file.Path;

/**
 * Which file is where under the root. Blobs lie as distribution lays them, so that its storage can
 * be adopted in place and the other way round:
 *
 * <pre>
 * docker/registry/v2/blobs/&lt;algorithm&gt;/&lt;first two hex&gt;/&lt;hex&gt;/data
 * _breakwater/uploads/&lt;id&gt;
 * _breakwater/aside/&lt;algorithm&gt;-&lt;hex&gt;-&lt;id&gt;          on their way out, for a moment
 * _breakwater/quarantine/&lt;algorithm&gt;/&lt;hex&gt;-&lt;id&gt;    damaged; never deleted by us
 * </pre>
 */
final class BlobPaths {
  private final Path registry;
  private final Path blobs;
  private final Path uploads;
  private final Path aside;
  private final Path quarantine;

  BlobPaths(Path root) {
    this.registry = root.resolve("docker/registry/v2");
    this.blobs = registry.resolve("blobs");
    this.uploads = root.resolve("_breakwater/uploads");
    this.aside = root.resolve("_breakwater/aside");
    this.quarantine = root.resolve("_breakwater/quarantine");
  }

  Path blobs() {
    return blobs;
  }

  /** The folder in which other registries that lay their blobs like this keep the rest, too. */
  Path registry() {
    return registry;
  }

  Path uploads() {
    return uploads;
  }

  Path aside() {
    return aside;
  }

  Path quarantine() {
    return quarantine;
  }

  /** The folder of an algorithm's 256 two-hex folders. */
  Path algorithm(DigestAlgorithm algorithm) {
    return blobs.resolve(algorithm.label());
  }

  /** The two-hex folder of a digest. */
  Path bucket(Digest digest) {
    return algorithm(digest.algorithm()).resolve(digest.hex().substring(0, 2));
  }

  /** The digest's own folder. */
  Path folder(Digest digest) {
    return bucket(digest).resolve(digest.hex());
  }

  /** The file with the content. */
  Path data(Digest digest) {
    return folder(digest).resolve("data");
  }

  Path upload(UploadId id) {
    return uploads.resolve(id.toString());
  }
}
