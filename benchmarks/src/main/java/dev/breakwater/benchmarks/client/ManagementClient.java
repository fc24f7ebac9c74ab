package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an administrator does by the management API. */
public final class ManagementClient {
  private static final String API = "/api/v2.0";

  private final Connection connection;
  private final String authorization;

  public ManagementClient(RegistryClient client) {
    this.connection = client.connection();
    this.authorization = client.basic().orElseThrow();
  }

  /**
   * Makes something.
   *
   * @return where it is, as {@link #get} takes it
   */
  public String create(String path, String json) throws IOException {
    Response made =
        connection
            .send(
                "POST",
                API + path,
                Map.of("Authorization", authorization, "Content-Type", "application/json"),
                new Body.FromBytes(json.getBytes(StandardCharsets.UTF_8)))
            .expect(201);
    String location = made.header("Location").orElseThrow(() -> new IOException("no Location"));
    return location.substring(location.indexOf(API) + API.length());
  }

  public void delete(String path) throws IOException {
    connection
        .send("DELETE", API + path, Map.of("Authorization", authorization), Body.NONE)
        .expect(200);
  }

  public String get(String path) throws IOException {
    Response answer =
        connection.send("GET", API + path, Map.of("Authorization", authorization), Body.NONE);
    String text = new String(answer.bytes(), StandardCharsets.UTF_8);
    if (answer.status() != 200) {
      throw new IOException(path + ": status " + answer.status() + " " + text);
    }
    return text;
  }

  /** The value of a member, the first of that name wherever it stands. */
  public static String member(String json, String name) throws IOException {
    Matcher member =
        Pattern.compile("\"" + name + "\"\\s*:\\s*(\"((?:[^\"\\\\]|\\\\.)*)\"|[^,}\\]]+)")
            .matcher(json);
    if (!member.find()) {
      throw new IOException("no " + name + " in " + json);
    }
    return member.group(2) == null ? member.group(1).strip() : member.group(2);
  }
}
