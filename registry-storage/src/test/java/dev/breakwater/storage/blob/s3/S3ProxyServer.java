package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy in this process, with its objects in memory. */
final class S3ProxyServer implements S3Server {
  private final BlobStore content = new TransientNio2BlobStore();
  private final S3Proxy server;

  private S3ProxyServer(Consumer<S3Proxy.Builder> change) {
    S3Proxy.Builder builder =
        S3Proxy.builder()
            .blobStore(content)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS, SECRET)
            .ignoreUnknownHeaders(true);
    change.accept(builder);
    server = builder.build();
    content.createContainer(BUCKET);
  }

  static S3ProxyServer start() {
    return start(_ -> {});
  }

  /** One whose bucket may stand in front of the domain in the host's name. */
  static S3ProxyServer start(String domain) {
    return start(builder -> builder.virtualHost(domain));
  }

  static S3ProxyServer start(SSLContext tls) {
    return start(
        builder -> builder.secureEndpoint(URI.create("https://127.0.0.1:0")).sslContext(tls));
  }

  private static S3ProxyServer start(Consumer<S3Proxy.Builder> change) {
    S3ProxyServer started = new S3ProxyServer(change);
    try {
      started.server.start();
      return started;
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not start", e);
    }
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  URI secureEndpoint() {
    return URI.create("https://127.0.0.1:" + server.getSecurePort());
  }

  @Override
  public List<String> leftOver(String root) {
    Stream<String> objects =
        content.list(BUCKET).contents().stream()
            .map(S3Object::key)
            .filter(key -> key.startsWith(root + "/_breakwater/"));
    return Stream.concat(objects, uploads(root).map(key -> "parts of " + key)).toList();
  }

  /** How many uploads in parts of such keys were neither put together nor aborted. */
  long multiparts(String prefix) {
    return uploads(prefix).count();
  }

  private Stream<String> uploads(String prefix) {
    return content.listMultipartUploads(BUCKET).stream()
        .map(upload -> upload.key())
        .filter(key -> key.startsWith(prefix));
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not stop", e);
    }
  }
}
