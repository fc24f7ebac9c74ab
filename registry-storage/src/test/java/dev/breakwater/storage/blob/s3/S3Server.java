package dev.breakwater.storage.blob.s3;

import java.net.URI;

/** A real server that speaks S3, with one bucket in it. */
interface S3Server extends AutoCloseable {
  String BUCKET = "blobs";
  String ACCESS = "test-access";
  String SECRET = "test-secret-key";

  URI endpoint();

  @Override
  void close();
}
