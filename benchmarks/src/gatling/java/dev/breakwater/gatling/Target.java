package dev.breakwater.gatling;

import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registry that is loaded, as benchmarks/gatling was told.
 *
 * @param url without a slash at its end
 * @param challenge where tokens are issued and for which service; empty: it asks for none
 */
record Target(
    String url, String user, String password, String project, Optional<Challenge> challenge) {
  private static final Pattern PARAMETER = Pattern.compile("(realm|service)=\"([^\"]*)\"");

  /** What the registry's header {@code WWW-Authenticate} says. */
  record Challenge(String realm, String service) {}

  static Target fromProperties() {
    String url = System.getProperty("load.url", "http://127.0.0.1:8080").replaceAll("/+$", "");
    return new Target(
        url,
        System.getProperty("load.user", "admin"),
        readPassword(),
        System.getProperty("load.project", "library"),
        readChallenge(url));
  }

  /** A number that was given, or the simulation's own. */
  static int number(String name, int otherwise) {
    return Integer.getInteger("load." + name, otherwise);
  }

  HttpProtocolBuilder protocol() {
    return http.baseUrl(url).disableFollowRedirect().disableCaching().userAgentHeader("gatling");
  }

  private static String readPassword() {
    String file = System.getProperty("load.passwordFile");
    if (file == null) {
      return "";
    }
    try {
      return Files.readAllLines(Path.of(file)).getFirst().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Challenge> readChallenge(String url) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url + "/v2/")).build(),
              HttpResponse.BodyHandlers.discarding());
      Map<String, String> found = new HashMap<>();
      Matcher matcher =
          PARAMETER.matcher(answer.headers().firstValue("WWW-Authenticate").orElse(""));
      while (matcher.find()) {
        found.put(matcher.group(1), matcher.group(2));
      }
      return answer.statusCode() == 401 && found.containsKey("realm")
          ? Optional.of(new Challenge(found.get("realm"), found.getOrDefault("service", "")))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
