package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the objects are and how they are written.
 *
 * @param region what requests are signed for
 * @param endpoint empty: AWS's own of the region
 * @param pathStyle whether the bucket stands in the path and not in the host name
 * @param root what all keys begin with, without slashes at its ends; may be empty
 * @param keys empty: AWS's chain (environment, profile, web identity, container, instance)
 * @param partSize in bytes, 5 MiB or more: a blob has 10,000 parts at most
 * @param partMemory in bytes, for the parts of all uploads together
 * @param maxConnections how many requests run at once; more wait
 * @param caCertificate who vouches for the endpoint; empty: whom Java trusts
 * @param proxy through which HTTP proxy, with user and password if it wants them
 */
public record S3Settings(
    String bucket,
    String region,
    Optional<URI> endpoint,
    boolean pathStyle,
    String root,
    Optional<Keys> keys,
    int partSize,
    int partMemory,
    int maxConnections,
    Checksum checksum,
    Encryption encryption,
    Optional<Path> caCertificate,
    Optional<URI> proxy,
    Optional<Redirect> redirect) {
  /** The service's least, for every part but the last one. */
  public static final int SMALLEST_PART = 5 * 1024 * 1024;

  /** How many parts an object may have. */
  public static final int MOST_PARTS = 10_000;

  /** What the service compares the bytes of a request with. */
  public enum Checksum {
    CRC32C,
    MD5,
    NONE
  }

  /** An access key of one's own. */
  public record Keys(String access, String secret) {
    /** Without the secret: this may end up in a log. */
    @Override
    public String toString() {
      return "Keys[" + access + "]";
    }
  }

  /** Who encrypts what lies in the store. */
  public sealed interface Encryption {
    /** Whoever the bucket says. */
    record Default() implements Encryption {}

    /** The service, with keys of its own (SSE-S3). */
    record Managed() implements Encryption {}

    /**
     * The service, with keys of a key service (SSE-KMS).
     *
     * @param key empty: the account's own
     */
    record KeyService(Optional<String> key) implements Encryption {}
  }

  /**
   * Clients get blobs from the store themselves.
   *
   * @param endpoint under which they know it; empty: the same as we
   * @param lifetime how long a location is good for
   */
  public record Redirect(Optional<URI> endpoint, Duration lifetime) {}
}
