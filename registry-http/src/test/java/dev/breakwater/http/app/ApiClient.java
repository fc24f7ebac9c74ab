package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.http.api.AnswerCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A client of one running registry, with a credential or none. Every answer is compared with the
 * description.
 */
final class ApiClient {
  /** What the paths of the management API begin with. */
  static final String API = "/api/v2.0";

  /** Of everybody whom {@link #createUser} makes. */
  static final String USER_PASSWORD = "Harbour12345";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;
  private final String base;
  private final Map<String, String> headers;

  private ApiClient(int port, String base, Map<String, String> headers) {
    this.port = port;
    this.base = base;
    this.headers = Map.copyOf(headers);
  }

  static ApiClient anonymous(RunningRegistry registry) {
    return new ApiClient(registry.port(), "", Map.of());
  }

  static ApiClient admin(RunningRegistry registry) {
    return as(registry, "admin", RunningRegistry.PASSWORD);
  }

  static ApiClient as(RunningRegistry registry, String username, String password) {
    return anonymous(registry).as(username, password);
  }

  /** The same registry with another user. */
  ApiClient as(String username, String password) {
    byte[] pair = (username + ":" + password).getBytes(UTF_8);
    return with("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  static ApiClient bearer(RunningRegistry registry, String token) {
    return anonymous(registry).with("Authorization", "Bearer " + token);
  }

  /** With these headers, each followed by its value, in every request. */
  ApiClient with(String... more) {
    Map<String, String> all = new HashMap<>(headers);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return new ApiClient(port, base, all);
  }

  /** One whose paths begin behind {@link #API}. */
  ApiClient ofApi() {
    return new ApiClient(port, API, headers);
  }

  /** Makes a user; the number. */
  long createUser(String username) {
    return new ApiClient(port, API, headers)
        .post(
            "/users",
            """
            {"username":"%1$s","password":"%2$s","email":"%1$s@example.org","realname":"Some One"}\
            """
                .formatted(username, USER_PASSWORD))
        .require(201)
        .id();
  }

  /** Makes a user; a client of theirs. */
  ApiClient newUser(String username) {
    createUser(username);
    return as(username, USER_PASSWORD);
  }

  /** The number of a project; of a client {@link #ofApi}. */
  long projectId(String project) {
    return get("/projects/" + project).json().get("project_id").wholeNumber().orElseThrow();
  }

  /** How many bytes a project uses; of a client {@link #ofApi}. */
  long used(String project) {
    return get("/quotas/" + projectId(project))
        .json()
        .get("used")
        .get("storage")
        .wholeNumber()
        .orElseThrow();
  }

  ApiAnswer get(String path, String... more) {
    return with(more).send("GET", path, "", "application/json");
  }

  ApiAnswer delete(String path, String... more) {
    return with(more).send("DELETE", path, "", "application/json");
  }

  ApiAnswer post(String path, String json, String... more) {
    return with(more).send("POST", path, json, "application/json");
  }

  ApiAnswer put(String path, String json, String... more) {
    return with(more).send("PUT", path, json, "application/json");
  }

  ApiAnswer patch(String path, String json, String... more) {
    return with(more).send("PATCH", path, json, "application/json");
  }

  ApiAnswer form(String path, String form) {
    return send("POST", path, form, "application/x-www-form-urlencoded");
  }

  /** A token for the scope. */
  String token(String scope) {
    return get("/service/token?service=breakwater-registry&scope=" + scope)
        .require(200)
        .json()
        .get("token")
        .text()
        .orElseThrow();
  }

  ApiAnswer send(String method, String relative, String body, String type) {
    String path = base + relative;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", type);
    }
    headers.forEach(request::header);
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      AnswerCheck.verify(
          method, path, answer.statusCode(), answer.headers(), answer.body().getBytes(UTF_8));
      return new ApiAnswer(answer);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
