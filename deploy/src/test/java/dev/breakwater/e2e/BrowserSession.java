package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** A browser that is logged in, and goes to one replica or another with its cookie. */
final class BrowserSession {
  private static final String TOKEN = "X-Harbor-CSRF-Token";
  private static final String VISITOR = "_breakwater_csrf";
  private static final String SESSION = "sid";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String cookie;

  /** Logs in there. */
  BrowserSession(URI replica, String user, String password) {
    HttpResponse<Void> welcome = send(login(replica, "principal=&password="));
    String form = "principal=%s&password=%s".formatted(encoded(user), encoded(password));
    HttpResponse<Void> login =
        send(
            login(replica, form)
                .header(TOKEN, welcome.headers().firstValue(TOKEN).orElseThrow())
                .header("Cookie", cookie(welcome, VISITOR)));
    assertThat(login.statusCode()).isEqualTo(200);
    cookie = cookie(login, SESSION);
  }

  private static HttpRequest.Builder login(URI replica, String form) {
    return HttpRequest.newBuilder(replica.resolve("/c/login"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The status of a question that only somebody who is logged in may ask. */
  int whoAmI(URI replica) {
    return get(replica.resolve("/api/v2.0/users/current")).statusCode();
  }

  void logOut(URI replica) {
    assertThat(get(replica.resolve("/c/log_out")).statusCode()).isEqualTo(200);
  }

  private HttpResponse<Void> get(URI target) {
    return send(HttpRequest.newBuilder(target).header("Cookie", cookie));
  }

  private HttpResponse<Void> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.discarding());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String cookie(HttpResponse<Void> answer, String name) {
    return answer.headers().allValues("Set-Cookie").stream()
        .map(each -> each.split(";", 2)[0])
        .filter(each -> each.startsWith(name + "="))
        .findFirst()
        .orElseThrow();
  }
}
