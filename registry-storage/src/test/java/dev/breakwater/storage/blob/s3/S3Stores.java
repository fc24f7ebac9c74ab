package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.ObjectStores;
import dev.breakwater.storage.blob.s3.S3Settings.Redirect;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Stores on servers that speak S3. */
final class S3Stores extends ObjectStores<S3BlobStore> {
  @Override
  public S3BlobStore open(URI endpoint) {
    return open(endpoint, UnaryOperator.identity());
  }

  S3BlobStore open(URI endpoint, UnaryOperator<S3Settings> change) {
    return keep(
        S3BlobStore.open(
            change.apply(settings(endpoint)),
            new PgStagedUploads(database()),
            workers(),
            Clock.systemUTC()));
  }

  /** A store that copies only small objects at once. */
  S3BlobStore openWithCopyLimit(URI endpoint, long largest) {
    return keep(
        S3BlobStore.open(
            settings(endpoint),
            new PgStagedUploads(database()),
            workers(),
            Clock.systemUTC(),
            largest));
  }

  static S3Settings withMemory(S3Settings it, int partMemory) {
    return with(it, it.encryption(), partMemory, it.caCertificate(), it.proxy(), it.redirect());
  }

  static S3Settings withRedirect(S3Settings it) {
    Redirect redirect = new Redirect(Optional.empty(), Duration.ofMinutes(1));
    return with(
        it,
        it.encryption(),
        it.partMemory(),
        it.caCertificate(),
        it.proxy(),
        Optional.of(redirect));
  }

  static S3Settings with(S3Settings it, S3Settings.Encryption encryption) {
    return with(it, encryption, it.partMemory(), it.caCertificate(), it.proxy(), it.redirect());
  }

  static S3Settings withAuthority(S3Settings it, Path certificate) {
    return with(
        it, it.encryption(), it.partMemory(), Optional.of(certificate), it.proxy(), it.redirect());
  }

  static S3Settings withProxy(S3Settings it, URI proxy) {
    return with(
        it,
        it.encryption(),
        it.partMemory(),
        it.caCertificate(),
        Optional.of(proxy),
        it.redirect());
  }

  private static S3Settings with(
      S3Settings it,
      S3Settings.Encryption encryption,
      int partMemory,
      Optional<Path> caCertificate,
      Optional<URI> proxy,
      Optional<Redirect> redirect) {
    return new S3Settings(
        it.bucket(),
        it.region(),
        it.endpoint(),
        it.pathStyle(),
        it.root(),
        it.keys(),
        it.partSize(),
        partMemory,
        it.maxConnections(),
        it.checksum(),
        encryption,
        caCertificate,
        proxy,
        redirect);
  }

  /** The bucket stands in the host's name, or there are no keys. */
  static S3Settings change(S3Settings it, boolean pathStyle, Optional<S3Settings.Keys> keys) {
    return new S3Settings(
        it.bucket(),
        it.region(),
        it.endpoint(),
        pathStyle,
        it.root(),
        keys,
        it.partSize(),
        it.partMemory(),
        it.maxConnections(),
        it.checksum(),
        it.encryption(),
        it.caCertificate(),
        it.proxy(),
        it.redirect());
  }

  @Override
  public int partsTaken() {
    return opened().stream().mapToInt(it -> it.partsTaken() + it.uploadsWaiting()).sum();
  }

  S3Settings settings(URI endpoint) {
    return settings(endpoint, root());
  }

  static S3Settings settings(URI endpoint, String root) {
    return new S3Settings(
        S3Server.BUCKET,
        "us-east-1",
        Optional.of(endpoint),
        true,
        root,
        Optional.of(new S3Settings.Keys(S3Server.ACCESS, S3Server.SECRET)),
        S3Settings.SMALLEST_PART,
        16 * S3Settings.SMALLEST_PART,
        64,
        S3Settings.Checksum.CRC32C,
        new S3Settings.Encryption.Default(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
