package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.util.Optional;

/** Asks a service for an object, with whatever credentials the environment has. */
final class CredentialsProbe {
  private CredentialsProbe() {}

  /**
   * @param arguments the service's URL
   */
  public static void main(String[] arguments) {
    S3Settings settings = S3Stores.settings(URI.create(arguments[0]), "");
    try (S3Client client =
        new S3Client(S3Stores.change(settings, settings.pathStyle(), Optional.empty()))) {
      client.objects().head("key").block();
    }
  }
}
