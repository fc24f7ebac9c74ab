package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.verify.Section;
import java.util.Optional;

/**
 * Which object has which key. Blobs lie as distribution lays them, so that its bucket can be
 * adopted in place and the other way round:
 *
 * <pre>
 * docker/registry/v2/blobs/&lt;algorithm&gt;/&lt;first two hex&gt;/&lt;hex&gt;/data
 * _breakwater/uploads/&lt;id&gt;/data             all parts of an upload, until they are copied
 * _breakwater/uploads/&lt;id&gt;/tail-&lt;number&gt;    what was too small for a part
 * _breakwater/uploads/&lt;id&gt;/&lt;number&gt;         some bytes of an upload, where parts cannot be put together
 * _breakwater/quarantine/&lt;algorithm&gt;/&lt;hex&gt;-&lt;id&gt;    damaged; never deleted by us
 * </pre>
 */
public final class ObjectKeys {
  private static final String DATA = "/data";
  private final String root;

  /**
   * @param root what all keys begin with, without a slash at its end
   */
  public ObjectKeys(String root) {
    this.root = root.isEmpty() ? "" : root + "/";
  }

  public String blob(Digest digest) {
    return section(digest.algorithm(), digest.hex().substring(0, 2)) + digest.hex() + DATA;
  }

  /** What the keys of a section begin with. */
  public String section(Section section) {
    return section(section.algorithm(), section.prefix());
  }

  private String section(DigestAlgorithm algorithm, String prefix) {
    return blobs() + algorithm.label() + "/" + prefix + "/";
  }

  /** The digest of a blob's key; empty: it is none. */
  public Optional<Digest> digest(Section section, String key) {
    String prefix = section(section);
    int length = section.algorithm().hexLength();
    if (!key.startsWith(prefix)
        || !key.endsWith(DATA)
        || key.length() != prefix.length() + length + DATA.length()) {
      return Optional.empty();
    }
    String hex = key.substring(prefix.length(), prefix.length() + length);
    boolean ours =
        hex.startsWith(section.prefix())
            && hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return ours ? Optional.of(new Digest(section.algorithm(), hex)) : Optional.empty();
  }

  /** What all keys begin with that other registries lay like this, too. */
  public String registry() {
    return root + "docker/registry/v2/";
  }

  /** What the keys of all blobs begin with. */
  public String blobs() {
    return registry() + "blobs/";
  }

  /** What the keys of all uploads begin with. */
  public String uploads() {
    return root + "_breakwater/uploads/";
  }

  /** What the keys of an upload begin with. */
  public String upload(UploadId id) {
    return uploads() + id + "/";
  }

  /** The upload of one of its keys; empty: it is none. */
  public Optional<UploadId> uploadOf(String key) {
    int end = key.indexOf('/', uploads().length());
    if (!key.startsWith(uploads()) || end < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(UploadId.parse(key.substring(uploads().length(), end)));
    } catch (RegistryException e) {
      return Optional.empty();
    }
  }

  public String staged(UploadId id) {
    return upload(id) + "data";
  }

  public String tail(UploadId id, long number) {
    return upload(id) + "tail-" + number;
  }

  public String piece(UploadId id, long number) {
    return upload(id) + number;
  }

  public String quarantined(Digest digest, String id) {
    return root
        + "_breakwater/quarantine/"
        + digest.algorithm().label()
        + "/"
        + digest.hex()
        + "-"
        + id;
  }
}
