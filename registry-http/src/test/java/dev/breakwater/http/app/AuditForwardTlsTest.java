package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log goes to a receiver over TLS (RFC 5425), whose certificate a file vouches for. */
final class AuditForwardTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path data;
  @TempDir private Path folder;
  private final CopyOnWriteArrayList<AutoCloseable> open = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void deliversInOrderAndAgainWhatAReceiverThatBrokeOffMayHaveLost() throws Exception {
    TestCertificate certificate = TestCertificate.create("logs");
    Receiver receiver = new Receiver(certificate);
    open.add(receiver);
    ApiClient admin = start(certificate);
    forwardTo(admin, "tls://localhost:" + receiver.port());

    for (int n = 0; n < 5; n++) {
      admin.newUser("first" + n);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(receiver.users("first"))
                .containsExactly("first0", "first1", "first2", "first3", "first4"));

    receiver.broken = true;
    for (int n = 0; n < 3; n++) {
      admin.newUser("second" + n);
    }
    await().atMost(PATIENCE).until(() -> receiver.brokenOff.get() >= 2);
    assertThat(receiver.users("second")).isEmpty();
    receiver.broken = false;

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(receiver.users("second").stream().distinct())
                .containsExactly("second0", "second1", "second2"));
  }

  @Test
  void tellsNothingToAReceiverThatNobodyVouchesFor() throws Exception {
    Receiver stranger = new Receiver(TestCertificate.create("stranger"));
    Receiver misnamed = new Receiver(TestCertificate.create("logs", "logs.example"));
    open.addAll(List.of(stranger, misnamed));
    ApiClient admin = start(misnamed.certificate);

    for (Receiver receiver : List.of(stranger, misnamed)) {
      forwardTo(admin, "tls://localhost:" + receiver.port());
      admin.newUser("secret" + receiver.port());
      await().atMost(PATIENCE).until(() -> receiver.refused.get() > 0);
    }

    assertThat(stranger.messages).isEmpty();
    assertThat(misnamed.messages).isEmpty();
  }

  private ApiClient start(TestCertificate authority) throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), authority.pem());
    RunningRegistry registry =
        RunningRegistry.start(
            data,
            Map.of(
                "BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS",
                "true",
                "BREAKWATER_AUDIT_CA_CERTIFICATE",
                file.toString()));
    open.add(registry);
    return ApiClient.admin(registry).ofApi();
  }

  private static void forwardTo(ApiClient admin, String endpoint) {
    admin
        .put("/configurations", "{\"audit_log_forward_endpoint\": \"" + endpoint + "\"}")
        .require(200);
  }

  /** Takes messages that are framed by their length. */
  private static final class Receiver implements AutoCloseable {
    private final TestCertificate certificate;
    private final ServerSocket server;
    private final SSLSocketFactory sockets;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger brokenOff = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** Resets each connection after the first byte. */
    private volatile boolean broken;

    Receiver(TestCertificate certificate) throws Exception {
      this.certificate = certificate;
      this.sockets = certificate.server().getSocketFactory();
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    List<String> users(String prefix) {
      return messages.stream()
          .filter(line -> line.contains("\"resource\":\"" + prefix))
          .map(line -> line.replaceAll(".*\"resource\":\"(\\w+)\".*", "$1"))
          .toList();
    }

    private void accept() {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          SSLSocket secured = secured(socket);
          InputStream in = secured.getInputStream();
          if (broken) {
            in.read();
            // As by a crash: TLS does not say goodbye.
            socket.setSoLinger(true, 0);
            brokenOff.incrementAndGet();
          } else {
            read(in);
            secured.close();
          }
        } catch (IOException e) {
          refused.incrementAndGet();
        }
      }
    }

    private SSLSocket secured(Socket socket) throws IOException {
      SSLSocket secured = (SSLSocket) sockets.createSocket(socket, null, 0, false);
      secured.setUseClientMode(false);
      return secured;
    }

    private void read(InputStream in) throws IOException {
      StringBuilder length = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c != ' ') {
          length.append(new String(new byte[] {(byte) c}, US_ASCII));
        } else {
          messages.add(new String(in.readNBytes(Integer.parseInt(length.toString())), UTF_8));
          length.setLength(0);
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
