package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator relies on when the program starts and stops. */
@ExtendWith(SharedBreakwater.class)
final class StartAndStopIT {
  /** How many bytes of an upload come before the program is told to stop. */
  private static final int BEGINNING = 12;

  /** Of all processes, PostgreSQL's included. */
  private static final long MEMORY = 300L << 20;

  @TempDir private Path directory;
  private BreakwaterProcess breakwater;

  @BeforeEach
  void prepare() {
    breakwater = BreakwaterProcess.in(directory);
  }

  @AfterEach
  void stop() {
    breakwater.close();
  }

  @Test
  void listsEveryMistakeInItsSettings() {
    Outcome outcome =
        breakwater
            .with("http.port", "eighty")
            .with("log.format", "xml")
            .with("http.prot", "8080")
            .subcommand("serve")
            .run();

    assertThat(outcome.status()).isEqualTo(78);
    assertThat(outcome.text())
        .contains("http.port")
        .contains("eighty")
        .contains("log.format")
        .contains("xml")
        .contains("BREAKWATER_HTTP_PROT");
  }

  @Test
  void printsItsVersion() {
    assertThat(breakwater.subcommand("version").succeed())
        .contains(System.getProperty("breakwater.version"));
  }

  @Test
  void printsItsEffectiveSettingsWithSecretsMasked() {
    String printed =
        breakwater.with("admin.password", "hunter2hunter2").subcommand("config").succeed();

    assertThat(printed).contains(Integer.toString(breakwater.port())).doesNotContain("hunter2");
  }

  /** Of the two jars with native code, the one for this machine has to be found. */
  @Test
  void signsTokensByTheFastProvider(BreakwaterProcess running) throws IOException {
    assertThat(running.process().log()).doesNotContain("tokens are signed by the JDK");
  }

  @Test
  void keepsGeneratedSecretsInFilesThatOnlyTheOwnerReads(BreakwaterProcess running)
      throws IOException {
    for (String name : new String[] {"admin-password", "secret.key"}) {
      Path file = running.dataDirectory().resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(running.process().log()).contains(running.adminPassword());
  }

  @Test
  void saysHowToLogInWhenItIsReady(BreakwaterProcess running) {
    assertThat(running.process().log().lines())
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("Breakwater ready")
                .contains(running.url("").toString())
                .contains("docker login " + running.registry()));
  }

  @Test
  void finishesARunningUploadWhenItIsAskedToStop() throws IOException {
    byte[] content = "first half, second half".getBytes(US_ASCII);
    breakwater.start();
    try (Socket socket = beginUpload(content)) {
      OutputStream body = socket.getOutputStream();
      breakwater.process().terminate();
      await("readiness off").until(() -> status(breakwater.managementUrl("/health/ready")) == 503);
      body.write(content, BEGINNING, content.length - BEGINNING);
      body.flush();

      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 201");
    }
    assertThat(breakwater.process().awaitExit()).isZero();
    assertThat(OwnedProcesses.in(breakwater.dataDirectory())).isEmpty();

    breakwater.start();
    assertThat(breakwater.admin().blob("library/drained", RegistryClient.digest(content)).body())
        .isEqualTo(content);
  }

  @Test
  void breaksOffAnUploadThatTakesLongerThanItsGrace() throws IOException {
    byte[] content = "first half, second half".getBytes(US_ASCII);
    breakwater.with("shutdown.grace", "1s").start();
    try (Socket _ = beginUpload(content)) {
      breakwater.process().terminate();

      assertThat(breakwater.process().awaitExit()).isZero();
    }
    assertThat(breakwater.process().log())
        .contains("transfers that did not end within 1 s are broken off", "stopped")
        .doesNotContain("Exception");
    assertThat(OwnedProcesses.in(breakwater.dataDirectory())).isEmpty();
  }

  /** The first bytes of it are there; whoever sends the rest gets the answer. */
  private Socket beginUpload(byte[] content) throws IOException {
    RegistryClient admin = breakwater.admin();
    URI target =
        admin.closing(admin.beginUpload("library/drained"), RegistryClient.digest(content));
    Socket socket = new Socket("127.0.0.1", breakwater.port());
    OutputStream body = socket.getOutputStream();
    body.write(putHead(target, admin, content.length).getBytes(US_ASCII));
    body.write(content, 0, BEGINNING);
    body.flush();
    await("the upload").until(() -> breakwater.metric("breakwater_upload_pumps_running") >= 1);
    return socket;
  }

  @Test
  void leavesNoOrphanAndStartsAgainAfterKill9() {
    breakwater.start();
    assertThat(OwnedProcesses.in(breakwater.dataDirectory())).isNotEmpty();

    breakwater.kill();

    await("the end of the embedded PostgreSQL")
        .atMost(Duration.ofSeconds(10))
        .until(() -> OwnedProcesses.in(breakwater.dataDirectory()).isEmpty());
    breakwater.start();
    assertThat(breakwater.admin().get("/v2/").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesASecondProcessOnTheSameDataAndNamesTheFirst() {
    breakwater.start();

    Outcome second =
        BreakwaterProcess.in(directory)
            .with("data.dir", breakwater.dataDirectory())
            .subcommand("serve")
            .within(Duration.ofSeconds(30))
            .run();

    assertThat(second.status()).isNotZero();
    assertThat(second.text()).contains(Long.toString(breakwater.process().pid()));
    assertThat(breakwater.admin().get("/v2/").statusCode()).isEqualTo(200);
  }

  /** How long a start takes is a row of the benchmarks: here a busy machine would decide. */
  @Test
  void startsAgainOnExistingDataAndIsSmallWhenIdle() {
    breakwater.start();
    breakwater.terminate();

    breakwater.start();

    assertThat(
            OwnedProcesses.proportionalSetSizeInBytes(
                ProcessHandle.of(breakwater.process().pid()).orElseThrow()))
        .isLessThanOrEqualTo(MEMORY);
  }

  private static String putHead(URI target, RegistryClient client, int length) {
    return """
    PUT %s?%s HTTP/1.1
    Host: %s
    Authorization: %s
    Content-Type: application/octet-stream
    Content-Length: %d
    Connection: close

    """
        .formatted(
            target.getRawPath(),
            target.getRawQuery(),
            target.getAuthority(),
            client.authorization(),
            length)
        .replace("\n", "\r\n");
  }

  /** An HTTP status, or 0 when nobody listens. */
  private static int status(URI target) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
    try {
      return connection.getResponseCode();
    } catch (ConnectException e) {
      return 0;
    }
  }
}
