package dev.breakwater.http.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A registry that speaks TLS, with a certificate of its own, and clients that trust it. */
final class TlsRegistry implements AutoCloseable {
  private final Path folder;
  private final RunningRegistry running;
  private byte[] certificate;

  private TlsRegistry(Path folder, RunningRegistry running, byte[] certificate) {
    this.folder = folder;
    this.running = running;
    this.certificate = certificate;
  }

  /** The first certificate is called "first". */
  static TlsRegistry start(Path folder) throws Exception {
    byte[] certificate = write(folder, "first");
    RunningRegistry running =
        RunningRegistry.start(
            folder.resolve("data"),
            Map.of(
                "BREAKWATER_TLS_CERTIFICATE", folder.resolve("tls.crt").toString(),
                "BREAKWATER_TLS_KEY", folder.resolve("tls.key").toString()));
    return new TlsRegistry(folder, running, certificate);
  }

  /** For its metrics: what it sends goes to a plain port. */
  RunningRegistry running() {
    return running;
  }

  int port() {
    return running.port();
  }

  URI uri(String path) {
    return URI.create("https://localhost:" + port() + path);
  }

  HttpClient client(Version version) throws GeneralSecurityException, IOException {
    return HttpClient.newBuilder().version(version).sslContext(context()).build();
  }

  /** A connection, without application protocols: HTTP/1.1 is spoken. */
  SSLSocket socket() throws GeneralSecurityException, IOException {
    return (SSLSocket) context().getSocketFactory().createSocket("localhost", port());
  }

  /** Writes another certificate and key over those that are served. */
  void renew(String name) throws Exception {
    certificate = write(folder, name);
  }

  /** The one that was written last. */
  X509Certificate certificate() throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(certificate));
  }

  private SSLContext context() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("registry", certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static byte[] write(Path folder, String name) throws Exception {
    TestCertificate made = TestCertificate.create(name);
    Files.writeString(folder.resolve("tls.crt"), made.pem());
    Files.writeString(folder.resolve("tls.key"), made.keyPem());
    return made.encoded();
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
