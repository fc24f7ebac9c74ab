package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;

/** Calls the management API as somebody; every answer is compared with the description. */
record ApiCaller(RunningRegistry registry, String authorization) {
  static final String USER_PASSWORD = "Harbour12345";

  static ApiCaller admin(RunningRegistry registry) {
    return new ApiCaller(registry, RunningRegistry.AUTHORIZATION);
  }

  static ApiCaller anonymous(RunningRegistry registry) {
    return new ApiCaller(registry, "");
  }

  /** The same registry with another user. */
  ApiCaller as(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(UTF_8);
    return new ApiCaller(registry, "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /** Makes a user, as an administrator; a client of theirs. */
  ApiCaller newUser(String name) throws Exception {
    Answer answer =
        post(
            "/users",
            """
            {"username":"%1$s","email":"%1$s@example.org","realname":"%1$s","password":"%2$s"}
            """
                .formatted(name, USER_PASSWORD));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return as(name, USER_PASSWORD);
  }

  Answer get(String path, String... headers) throws Exception {
    return send("GET", path, "", headers);
  }

  Answer post(String path, String body, String... headers) throws Exception {
    return send("POST", path, body, headers);
  }

  Answer put(String path, String body, String... headers) throws Exception {
    return send("PUT", path, body, headers);
  }

  Answer delete(String path, String... headers) throws Exception {
    return send("DELETE", path, "", headers);
  }

  /**
   * @param path behind {@code /api/v2.0}
   */
  Answer send(String method, String path, String body, String... headers) throws Exception {
    return new Answer(
        registry.sendAs(authorization, method, "/api/v2.0" + path, body.getBytes(UTF_8), headers));
  }

  /** What was answered. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return new String(response.body(), UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    JsonValue json() {
      return Json.parse(response.body());
    }

    /** A member of each element of the list. */
    List<String> texts(String member) {
      assertThat(status()).as(body()).isEqualTo(200);
      return json().elements().stream().map(each -> each.get(member).text().orElseThrow()).toList();
    }

    String code() {
      return json().get("errors").elements().getFirst().get("code").text().orElseThrow();
    }
  }
}
