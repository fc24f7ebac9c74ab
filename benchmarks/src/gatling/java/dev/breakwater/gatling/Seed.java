package dev.breakwater.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pushes what is pulled later, before the load begins. */
final class Seed {
  private static final Pattern TOKEN = Pattern.compile("\"token\"\\s*:\\s*\"([^\"]+)\"");

  private final Target target;

  Seed(Target target) {
    this.target = target;
  }

  void push(RegistryChains.Subject subject) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      new Push(client, subject.repository()).all(subject);
    } catch (IOException e) {
      throw new UncheckedIOException("an image could not be pushed before the load", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private final class Push {
    private final HttpClient client;
    private final String base;
    private final Optional<String> bearer;

    Push(HttpClient client, String repository) throws IOException, InterruptedException {
      this.client = client;
      this.base = target.url() + "/v2/" + repository;
      this.bearer =
          target.challenge().isPresent()
              ? Optional.of("Bearer " + token(target.challenge().get(), repository))
              : Optional.empty();
    }

    void all(RegistryChains.Subject subject) throws IOException, InterruptedException {
      for (Image.Blob blob : subject.image().blobs()) {
        blob(blob);
      }
      URI manifest = URI.create(base + "/manifests/" + subject.tag());
      send("PUT", manifest, Image.TYPE, subject.image().manifest(), 201);
    }

    private void blob(Image.Blob blob) throws IOException, InterruptedException {
      URI uploads = URI.create(base + "/blobs/uploads/");
      HttpResponse<String> begun =
          send("POST", uploads, "application/octet-stream", new byte[0], 202);
      String upload = begun.headers().firstValue("Location").orElseThrow();
      String digest = URLEncoder.encode(blob.digest(), StandardCharsets.UTF_8);
      String query = (upload.contains("?") ? "&" : "?") + "digest=" + digest;
      URI put = URI.create(target.url()).resolve(upload + query);
      send("PUT", put, "application/octet-stream", blob.bytes(), 201);
    }

    private HttpResponse<String> send(
        String method, URI uri, String type, byte[] body, int expected)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      bearer.ifPresent(token -> request.header("Authorization", token));
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != expected) {
        throw new IOException(
            method + " " + uri + ": status " + answer.statusCode() + " " + answer.body());
      }
      return answer;
    }

    private String token(Target.Challenge challenge, String repository)
        throws IOException, InterruptedException {
      String scope = "repository:" + repository + ":pull,push";
      URI uri =
          URI.create(
              challenge.realm()
                  + "?service="
                  + URLEncoder.encode(challenge.service(), StandardCharsets.UTF_8)
                  + "&scope="
                  + URLEncoder.encode(scope, StandardCharsets.UTF_8));
      String pair = target.user() + ":" + target.password();
      String basic =
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri).header("Authorization", basic).build(),
              HttpResponse.BodyHandlers.ofString());
      Matcher token = TOKEN.matcher(answer.body());
      if (answer.statusCode() != 200 || !token.find()) {
        throw new IOException("no token: status " + answer.statusCode());
      }
      return token.group(1);
    }
  }
}
