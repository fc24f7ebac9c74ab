package dev.breakwater.storage.blob.s3;

import java.net.URI;

/** A real server that speaks S3, with one bucket in it. */
interface S3Server extends AutoCloseable {
  String BUCKET = "blobs";
  String ACCESS = "test-access";
  String SECRET = "test-secret-key";

  URI endpoint();

  /**
   * How many objects there are besides blobs, and unfinished uploads in parts where the server
   * shows whose they are.
   *
   * @param root what their keys begin with
   */
  long leftOver(String root);

  @Override
  void close();
}
