package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Azurite with one container. */
final class AzureStore implements AutoCloseable {
  private static final String ACCOUNT = "account1";
  private static final String CONTAINER = "blobs";
  private static final byte[] KEY = "only for tests".getBytes(UTF_8);

  private final int port = FreePort.find();
  private final ServerProcess process;

  private AzureStore(Path directory) {
    process =
        ServerProcess.start(
            List.of(
                ClientProgram.require("azurite-blob").toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                Integer.toString(port),
                "--location",
                directory.resolve("azurite").toString(),
                "--silent",
                "--skipApiVersionCheck",
                "--disableTelemetry"),
            Map.of("AZURITE_ACCOUNTS", ACCOUNT + ":" + key()),
            directory,
            directory.resolve("azurite.log"));
  }

  static AzureStore start(Path directory) {
    AzureStore store = new AzureStore(directory);
    await().atMost(Duration.ofSeconds(20)).until(store::answers);
    store.createContainer();
    return store;
  }

  private boolean answers() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Sets the program up to keep its blobs here. */
  BreakwaterProcess serve(BreakwaterProcess breakwater) {
    return breakwater
        .with("storage.driver", "azblob")
        .with("storage.azblob.container", CONTAINER)
        .with("storage.azblob.account", ACCOUNT)
        .with("storage.azblob.key", key())
        .with("storage.azblob.endpoint", endpoint());
  }

  private String endpoint() {
    return "http://127.0.0.1:" + port + "/" + ACCOUNT;
  }

  private static String key() {
    return Base64.getEncoder().encodeToString(KEY);
  }

  private void createContainer() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).withNano(0));
    String resource = "/" + ACCOUNT + "/" + ACCOUNT + "/" + CONTAINER + "\nrestype:container";
    String toSign =
        "PUT" + "\n".repeat(12) + "x-ms-date:" + date + "\nx-ms-version:2021-08-06\n" + resource;
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
        throw new AssertionError("no container: " + answer.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("the request was not answered", e);
    }
  }

  private static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
