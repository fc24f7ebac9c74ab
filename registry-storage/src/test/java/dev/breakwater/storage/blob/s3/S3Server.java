package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.util.List;

/** A real server that speaks S3, with one bucket in it. */
interface S3Server extends AutoCloseable {
  String BUCKET = "blobs";
  String ACCESS = "test-access";
  String SECRET = "test-secret-key";

  URI endpoint();

  /**
   * Which objects there are besides blobs, and unfinished uploads in parts where the server shows
   * whose they are.
   *
   * @param root what their keys begin with
   */
  List<String> leftOver(String root);

  @Override
  void close();
}
