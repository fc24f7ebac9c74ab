package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.ObjectServer;
import java.util.List;

/** A real server that speaks S3, with one bucket in it. */
interface S3Server extends ObjectServer {
  String BUCKET = "blobs";
  String ACCESS = "test-access";
  String SECRET = "test-secret-key";

  /**
   * Which objects there are besides blobs, and unfinished uploads in parts where the server shows
   * whose they are.
   *
   * @param root what their keys begin with
   */
  List<String> leftOver(String root);
}
