package dev.breakwater.benchmarks.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docker and containerd do with a registry, over one connection. */
public final class RegistryClient implements AutoCloseable {
  private static final Pattern CHALLENGE = Pattern.compile("(realm|service)=\"([^\"]*)\"");
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:token|access_token)\"\\s*:\\s*\"([^\"]+)\"");
  private static final String OCTETS = "application/octet-stream";

  private final Connection connection;
  private final String user;
  private final Optional<String> password;
  private Optional<String> bearer = Optional.empty();

  /**
   * @param password of admin; empty when the registry asks for none
   */
  public RegistryClient(Connection connection, Optional<String> password) {
    this(connection, "admin", password);
  }

  /**
   * @param password of that user; empty when the registry asks for none
   */
  public RegistryClient(Connection connection, String user, Optional<String> password) {
    this.connection = connection;
    this.user = user;
    this.password = password;
  }

  public Connection connection() {
    return connection;
  }

  /** Gets a token for one repository as a real client does: by the challenge of {@code /v2/}. */
  public RegistryClient authorize(String repository) throws IOException {
    if (password.isEmpty()) {
      return this;
    }
    Response asked = connection.send("GET", "/v2/").discard();
    Map<String, String> challenge = new HashMap<>();
    Matcher matcher = CHALLENGE.matcher(asked.header("WWW-Authenticate").orElse(""));
    while (matcher.find()) {
      challenge.put(matcher.group(1), matcher.group(2));
    }
    String realm = challenge.getOrDefault("realm", "/service/token");
    String scope = "repository:" + repository + ":pull,push";
    Response answer =
        connection.send(
            "GET",
            target(realm)
                + "?service="
                + encode(challenge.getOrDefault("service", ""))
                + "&scope="
                + encode(scope),
            Map.of("Authorization", basic().orElseThrow()),
            Body.NONE);
    String json = new String(answer.bytes(), StandardCharsets.UTF_8);
    Matcher token = TOKEN.matcher(json);
    if (answer.status() != 200 || !token.find()) {
      throw new IOException("no token: status " + answer.status() + " " + json);
    }
    bearer = Optional.of("Bearer " + token.group(1));
    return this;
  }

  /** Goes on with what {@link #authorization} told, perhaps over another connection. */
  public RegistryClient authorized(Optional<String> authorization) {
    bearer = authorization;
    return this;
  }

  /** The user's name and password, where a log-in is needed. */
  public Optional<String> basic() {
    return password.map(secret ->
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8)));
  }

  /** What goes into the header {@code Authorization}, where something has to. */
  public Optional<String> authorization() {
    return bearer;
  }

  public boolean hasBlob(String repository, String digest) throws IOException {
    return send("HEAD", "/v2/" + repository + "/blobs/" + digest, Map.of(), Body.NONE).status()
        == 200;
  }

  /** As containerd does: POST, then everything in one PUT. */
  public void pushByPut(String repository, String digest, Body body) throws IOException {
    String upload = begin(repository);
    send("PUT", withDigest(upload, digest), Map.of("Content-Type", OCTETS), body).expect(201);
  }

  /**
   * Sends bytes that are not those of the digest.
   *
   * @return whether the registry believed it
   */
  public boolean lies(String repository, String digest, Body body) throws IOException {
    String upload = begin(repository);
    Response answer =
        send("PUT", withDigest(upload, digest), Map.of("Content-Type", OCTETS), body).discard();
    return answer.status() == 201;
  }

  /** As docker does: POST, everything in one PATCH, then an empty PUT. */
  public void pushByPatch(String repository, String digest, Body body) throws IOException {
    String upload = begin(repository);
    Response patched = send("PATCH", upload, Map.of("Content-Type", OCTETS), body).expect(202);
    send("PUT", withDigest(location(patched), digest), Map.of(), Body.NONE).expect(201);
  }

  public void putManifest(String repository, String reference, byte[] manifest) throws IOException {
    send(
            "PUT",
            manifestPath(repository, reference),
            Map.of("Content-Type", Image.MANIFEST_TYPE),
            new Body.FromBytes(manifest))
        .expect(201);
  }

  public boolean hasManifest(String repository, String reference) throws IOException {
    return send("HEAD", manifestPath(repository, reference), accept(), Body.NONE).status() == 200;
  }

  /** The digest of the manifest that a tag stands for. */
  public String digestOf(String repository, String tag) throws IOException {
    Response answer = send("HEAD", manifestPath(repository, tag), accept(), Body.NONE);
    return answer
        .header("Docker-Content-Digest")
        .orElseThrow(() -> new IOException("status " + answer.status() + ", no digest of a tag"));
  }

  /** The answer's body is still to be read. */
  public Response getManifest(String repository, String reference) throws IOException {
    Response answer = send("GET", manifestPath(repository, reference), accept(), Body.NONE);
    return answer.status() == 200 ? answer : answer.expect(200);
  }

  private static Map<String, String> accept() {
    return Map.of("Accept", Image.MANIFEST_TYPE);
  }

  private static String manifestPath(String repository, String reference) {
    return "/v2/" + repository + "/manifests/" + reference;
  }

  public Response getBlob(String repository, String digest) throws IOException {
    return send("GET", "/v2/" + repository + "/blobs/" + digest, Map.of(), Body.NONE);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  private String begin(String repository) throws IOException {
    return location(
        send("POST", "/v2/" + repository + "/blobs/uploads/", Map.of(), Body.NONE).expect(202));
  }

  private Response send(String method, String target, Map<String, String> headers, Body body)
      throws IOException {
    Map<String, String> all = new HashMap<>(headers);
    bearer.ifPresent(token -> all.put("Authorization", token));
    return connection.send(method, target, all, body);
  }

  private static String location(Response response) throws IOException {
    return target(
        response.header("Location").orElseThrow(() -> new IOException("no header Location")));
  }

  private static String withDigest(String upload, String digest) {
    return upload + (upload.contains("?") ? "&" : "?") + "digest=" + encode(digest);
  }

  /** Path and query of an address that may be whole. */
  private static String target(String address) {
    URI uri = URI.create(address);
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
