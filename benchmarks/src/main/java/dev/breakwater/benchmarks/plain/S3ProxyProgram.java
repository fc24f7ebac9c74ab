package dev.breakwater.benchmarks.plain;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3Proxy on a folder, until it is killed.
 *
 * <p>Arguments: folder, port on the loopback interface, bucket, access key, secret key.
 */
public final class S3ProxyProgram {
  private S3ProxyProgram() {}

  public static void main(String[] arguments) throws Exception {
    FilesystemNio2BlobStore content = new FilesystemNio2BlobStore(arguments[0]);
    content.createContainer(arguments[2]);
    S3Proxy.builder()
        .blobStore(content)
        .endpoint(URI.create("http://127.0.0.1:" + arguments[1]))
        .awsAuthentication(AuthenticationType.AWS_V4, arguments[3], arguments[4])
        .ignoreUnknownHeaders(true)
        .build()
        .start();
  }
}
