package dev.breakwater.storage.blob.opendal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.blob.TestProgram;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Azurite, Microsoft's own emulator of its Blob Storage. */
final class Azurite implements CloudServer {
  static final String ACCOUNT = "account1";
  static final String KEY = Base64.getEncoder().encodeToString("only for tests".getBytes(UTF_8));

  private static final Path PROGRAM = TestProgram.tool("azurite-blob");

  private final Path folder = TestProgram.folder("azurite");
  private final int port = TestProgram.freePort();
  private final TestProgram program;

  Azurite() {
    program =
        TestProgram.start(
                List.of(
                    PROGRAM.toString(),
                    "--blobHost",
                    "127.0.0.1",
                    "--blobPort",
                    Integer.toString(port),
                    "--inMemoryPersistence",
                    "--silent",
                    "--skipApiVersionCheck",
                    "--disableTelemetry"),
                Map.of("AZURITE_ACCOUNTS", ACCOUNT + ":" + KEY),
                port,
                folder.resolve("log"))
            .awaitListening();
    createContainer();
  }

  static boolean isWanted() {
    return TestProgram.isWanted(PROGRAM);
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port + "/" + ACCOUNT);
  }

  @Override
  public CloudService service() {
    return CloudService.AZBLOB;
  }

  static OpenDalSettings settingsOf(URI endpoint, String root) {
    return CloudServer.small(
        CloudService.AZBLOB,
        Map.of(
            "container", CONTAINER,
            "endpoint", endpoint.toString(),
            "account_name", ACCOUNT,
            "account_key", KEY),
        root);
  }

  /** A signature that lets its holder do anything with the container, for an hour. */
  String sharedAccess() {
    String until = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS).toString();
    String toSign =
        String.join(
            "\n",
            "racwdl",
            "",
            until,
            "/blob/" + ACCOUNT + "/" + CONTAINER,
            "",
            "",
            "",
            "2021-08-06",
            "c",
            "\n\n\n\n\n\n");
    return "sv=2021-08-06&sr=c&sp=racwdl&se="
        + URLEncoder.encode(until, UTF_8)
        + "&sig="
        + URLEncoder.encode(signature(toSign), UTF_8);
  }

  private void createContainer() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).withNano(0));
    String toSign =
        "PUT"
            + "\n".repeat(12)
            + "x-ms-date:"
            + date
            + "\nx-ms-version:2021-08-06\n/"
            + ACCOUNT
            + "/"
            + ACCOUNT
            + "/"
            + CONTAINER
            + "\nrestype:container";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint() + "/" + CONTAINER + "?restype=container"))
            .header("x-ms-date", date)
            .header("x-ms-version", "2021-08-06")
            .header("Authorization", "SharedKey " + ACCOUNT + ":" + signature(toSign))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 201) {
        throw new IllegalStateException("no container: " + answer.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    program.close();
    TestProgram.remove(folder);
  }
}
