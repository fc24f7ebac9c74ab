package dev.breakwater.gatling;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.foreach;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * What clients do. Each chain works on the session's {@code repository}, {@code tag} and {@code
 * image}; a token is got for each of them, as each is another client.
 */
final class RegistryChains {
  private static final String REPOSITORY = "repository";
  private static final String TAG = "tag";
  private static final String IMAGE = "image";

  private final Target target;

  RegistryChains(Target target) {
    this.target = target;
  }

  /** Says what the next chains are about. */
  ChainBuilder about(Function<Session, Subject> choose) {
    return exec(session -> {
      Subject subject = choose.apply(session);
      return session
          .set(REPOSITORY, subject.repository())
          .set(TAG, subject.tag())
          .set(IMAGE, subject.image());
    });
  }

  /** An image under a tag of a repository. */
  record Subject(String repository, String tag, Image image) {}

  /** A token, if the registry issues any. */
  ChainBuilder token(String actions) {
    ChainBuilder nothing = exec(session -> session);
    return target
        .challenge()
        .map(challenge ->
            exec(
                http("token")
                    .get(challenge.realm())
                    .queryParam("service", challenge.service())
                    .queryParam("scope", "repository:#{repository}:" + actions)
                    .basicAuth(target.user(), target.password())
                    .check(status().is(200), jsonPath("$.token").saveAs("token")),
                exec(session -> session.set("authorization", "Bearer " + session.get("token")))))
        .orElse(nothing);
  }

  /** As containerd does: the tag's digest, the manifest by it, the config and the layers. */
  ChainBuilder pull() {
    return exec(
        token("pull"),
        exec(
            authorized(http("HEAD manifest").head("/v2/#{repository}/manifests/#{tag}"))
                .header("Accept", Image.TYPE)
                .check(status().is(200), header("Docker-Content-Digest").saveAs("digest"))),
        exec(
            authorized(http("GET manifest").get("/v2/#{repository}/manifests/#{digest}"))
                .header("Accept", Image.TYPE)
                .check(status().is(200))),
        foreach(session -> image(session).blobs(), "blob")
            .on(
                exec(
                    authorized(
                            http("GET blob")
                                .get(session ->
                                    "/v2/"
                                        + session.getString(REPOSITORY)
                                        + "/blobs/"
                                        + blob(session).digest()))
                        .check(status().is(200)))));
  }

  /** As docker does: for each blob HEAD, POST, PATCH and PUT, one after the other, the manifest. */
  ChainBuilder push() {
    return exec(
        token("pull,push"),
        foreach(session -> image(session).blobs(), "blob").on(pushBlob()),
        putManifest("PUT manifest"));
  }

  /** The same image under another tag. */
  ChainBuilder tagAgain(Function<Session, String> tag) {
    return exec(
        exec(session -> session.set(TAG, tag.apply(session))),
        token("pull,push"),
        putManifest("PUT tag"));
  }

  ChainBuilder listTags() {
    return exec(
        token("pull"),
        exec(
            authorized(http("GET tags").get("/v2/#{repository}/tags/list?n=100"))
                .check(status().is(200))));
  }

  private ChainBuilder pushBlob() {
    return exec(
        exec(
            authorized(
                    http("HEAD blob")
                        .head(session ->
                            "/v2/"
                                + session.getString(REPOSITORY)
                                + "/blobs/"
                                + blob(session).digest()))
                .check(status().in(200, 404).saveAs("found"))),
        doIf(session -> session.getInt("found") == 404)
            .then(
                exec(
                    authorized(http("POST upload").post("/v2/#{repository}/blobs/uploads/"))
                        .check(status().is(202), header("Location").saveAs("upload"))),
                exec(
                    authorized(http("PATCH upload").patch("#{upload}"))
                        .header("Content-Type", "application/octet-stream")
                        .body(ByteArrayBody(session -> blob(session).bytes()))
                        .check(status().is(202), header("Location").saveAs("upload"))),
                exec(
                    authorized(http("PUT upload").put(RegistryChains::withDigest))
                        .check(status().is(201)))));
  }

  private ChainBuilder putManifest(String name) {
    return exec(
        authorized(http(name).put("/v2/#{repository}/manifests/#{tag}"))
            .header("Content-Type", Image.TYPE)
            .body(ByteArrayBody(session -> image(session).manifest()))
            .check(status().is(201)));
  }

  private HttpRequestActionBuilder authorized(HttpRequestActionBuilder request) {
    return target.challenge().isPresent()
        ? request.header("Authorization", "#{authorization}")
        : request;
  }

  private static String withDigest(Session session) {
    String upload = session.getString("upload");
    return upload
        + (upload.contains("?") ? "&" : "?")
        + "digest="
        + URLEncoder.encode(blob(session).digest(), StandardCharsets.UTF_8);
  }

  private static Image image(Session session) {
    return session.get(IMAGE);
  }

  private static Image.Blob blob(Session session) {
    return session.get("blob");
  }
}
