package dev.breakwater.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** The few requests that tests make themselves, with Basic authentication. */
final class RegistryClient {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final String authorization;

  /** As a balancer tells it; empty: nothing is told. */
  private final String address;

  RegistryClient(URI base, String user, String password) {
    this(
        "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8)),
        base,
        "");
  }

  private RegistryClient(String authorization, URI base, String address) {
    this.base = base;
    this.authorization = authorization;
    this.address = address;
  }

  /** The same somebody at another registry. */
  RegistryClient at(URI other) {
    return new RegistryClient(authorization, other, address);
  }

  /** The same somebody from another address, as far as the registry trusts whoever says so. */
  RegistryClient from(String other) {
    return new RegistryClient(authorization, base, other);
  }

  static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Creates a project in the management API; the status. */
  int createProject(String name, boolean isPublic) {
    String body =
        """
        {"project_name": "%s", "metadata": {"public": "%s"}}\
        """
            .formatted(name, isPublic);
    return send(
            "POST", base.resolve("/api/v2.0/projects"), "application/json", ofBytes(bytes(body)))
        .statusCode();
  }

  /** A request to the management API, which must succeed; the body of the answer. */
  String api(String method, String path, String json) {
    HttpResponse<byte[]> answer = send(method, path, json);
    String body = new String(answer.body(), UTF_8);
    if (answer.statusCode() >= 300) {
      throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + body);
    }
    return body;
  }

  /** A request to the management API, whatever comes of it. */
  HttpResponse<byte[]> send(String method, String path, String json) {
    return send(
        method,
        base.resolve(path),
        "application/json",
        json.isEmpty() ? BodyPublishers.noBody() : ofBytes(bytes(json)));
  }

  /** POST and PUT; the status of whichever ended it. */
  int pushBlob(String repository, byte[] content) {
    return sendBlob(repository, content).statusCode();
  }

  /** POST and PUT; the answer of whichever ended it. */
  HttpResponse<byte[]> sendBlob(String repository, byte[] content) {
    HttpResponse<byte[]> begun = beginUpload(repository);
    return begun.statusCode() == 202
        ? send("PUT", closing(begun, digest(content)), "application/octet-stream", ofBytes(content))
        : begun;
  }

  /** POST, a PATCH for each part, and PUT; the status of whichever ended it. */
  int pushBlobInParts(String repository, byte[] content, int partLength) {
    HttpResponse<byte[]> answer = beginUpload(repository);
    for (int from = 0; from < content.length && answer.statusCode() == 202; from += partLength) {
      int length = Math.min(partLength, content.length - from);
      answer =
          send(
              "PATCH",
              location(answer),
              "application/octet-stream",
              BodyPublishers.ofByteArray(content, from, length));
    }
    if (answer.statusCode() != 202) {
      return answer.statusCode();
    }
    return send(
            "PUT",
            closing(answer, digest(content)),
            "application/octet-stream",
            BodyPublishers.noBody())
        .statusCode();
  }

  HttpResponse<byte[]> beginUpload(String repository) {
    URI uploads = base.resolve("/v2/" + repository + "/blobs/uploads/");
    return send("POST", uploads, "application/octet-stream", BodyPublishers.noBody());
  }

  /** A chunk of an upload, with its range. */
  HttpResponse<byte[]> patch(String path, byte[] content, int from, int to) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(DEADLINE)
            .header("Authorization", authorization)
            .header("Content-Type", "application/octet-stream")
            .header("Content-Range", from + "-" + (to - 1))
            .method("PATCH", BodyPublishers.ofByteArray(content, from, to - from))
            .build();
    return send(request);
  }

  /** Bytes of an upload as they come, which may be never. */
  CompletableFuture<HttpResponse<byte[]>> patch(URI upload, InputStream content) {
    HttpRequest request =
        HttpRequest.newBuilder(upload)
            .header("Authorization", authorization)
            .header("Content-Type", "application/octet-stream")
            .method("PATCH", BodyPublishers.ofInputStream(() -> content))
            .build();
    return http.sendAsync(request, BodyHandlers.ofByteArray());
  }

  /** Without a body. */
  HttpResponse<byte[]> put(String path) {
    return send("PUT", base.resolve(path), "application/octet-stream", BodyPublishers.noBody());
  }

  int pushManifest(String repository, String reference, byte[] content) {
    return sendManifest(repository, reference, content).statusCode();
  }

  HttpResponse<byte[]> sendManifest(String repository, String reference, byte[] content) {
    URI manifest = base.resolve("/v2/" + repository + "/manifests/" + reference);
    return send("PUT", manifest, MANIFEST, ofBytes(content));
  }

  HttpResponse<byte[]> blob(String repository, String digest) {
    return get("/v2/" + repository + "/blobs/" + digest);
  }

  HttpResponse<byte[]> manifest(String repository, String reference) {
    return get("/v2/" + repository + "/manifests/" + reference);
  }

  HttpResponse<byte[]> get(String path) {
    return get(base.resolve(path));
  }

  HttpResponse<byte[]> get(URI target) {
    return send("GET", target, "application/octet-stream", BodyPublishers.noBody());
  }

  /** Where an upload goes on. */
  URI location(HttpResponse<?> answer) {
    return base.resolve(answer.headers().firstValue("Location").orElseThrow());
  }

  URI closing(HttpResponse<?> answer, String digest) {
    String location = location(answer).toString();
    return URI.create(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
  }

  String authorization() {
    return authorization;
  }

  private HttpResponse<byte[]> send(String method, URI target, String type, BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(DEADLINE)
            .header("Authorization", authorization)
            .header("Accept", MANIFEST + ", */*")
            .header("Content-Type", type)
            .method(method, body);
    if (!address.isEmpty()) {
      request.header("X-Forwarded-For", address);
    }
    return send(request.build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static BodyPublisher ofBytes(byte[] content) {
    return BodyPublishers.ofByteArray(content);
  }
}
