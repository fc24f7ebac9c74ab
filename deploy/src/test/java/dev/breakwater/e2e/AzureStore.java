package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Azurite with one container. */
final class AzureStore implements AutoCloseable {
  private static final String ACCOUNT = "account1";
  private static final String CONTAINER = "blobs";
  private static final byte[] KEY = "only for tests".getBytes(UTF_8);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
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
                directory.resolve("azurite.log"))
            .awaitListening(port);
  }

  static AzureStore start(Path directory) {
    AzureStore store = new AzureStore(directory);
    store.createContainer();
    return store;
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
    put(CONTAINER, "?restype=container", "\nrestype:container", Map.of(), new byte[0]);
  }

  /** Puts every file of a folder in, under the same names. */
  void upload(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      put(
          CONTAINER + "/" + folder.relativize(file),
          "",
          "",
          Map.of("x-ms-blob-type", "BlockBlob"),
          Files.readAllBytes(file));
    }
  }

  /**
   * @param signedQuery the query as it is signed
   * @param headers whose names begin with x-ms
   */
  private void put(
      String path, String query, String signedQuery, Map<String, String> headers, byte[] body) {
    SortedMap<String, String> signed = new TreeMap<>(headers);
    signed.put("x-ms-date", RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    signed.put("x-ms-version", "2021-08-06");
    StringBuilder toSign = new StringBuilder("PUT\n\n\n");
    toSign.append(body.length == 0 ? "" : Integer.toString(body.length)).append("\n".repeat(9));
    signed.forEach((name, value) -> toSign.append(name + ":" + value + "\n"));
    toSign.append("/" + ACCOUNT + "/" + ACCOUNT + "/" + path + signedQuery);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint() + "/" + path + query))
            .header("Authorization", "SharedKey " + ACCOUNT + ":" + signature(toSign.toString()))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
    signed.forEach(request::header);
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 201) {
        throw new AssertionError(path + ": " + answer.body());
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
    client.close();
    process.close();
  }
}
