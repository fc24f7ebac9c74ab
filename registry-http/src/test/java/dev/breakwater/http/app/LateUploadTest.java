package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that run out while an upload is under way. */
final class LateUploadTest {
  private static final String LAYER = "the bytes of a layer";
  private static final String UPLOADS = "/v2/team/app/blobs/uploads/";
  private static final String SCOPE = "repository:team/app:pull,push";

  /** The token's minute, the minute by which clocks may differ, and some more. */
  private static final Duration LATE = Duration.ofMinutes(5);

  @TempDir private static Path folder;

  private static final LaterClock CLOCK = new LaterClock();
  private static RunningRegistry registry;
  private static ApiClient admin;

  private final String name = "u" + UUID.randomUUID().toString().substring(0, 8);
  private ApiClient user;
  private long membership;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(
            folder,
            Map.of("BREAKWATER_TOKEN_LIFETIME", "1m", "BREAKWATER_UPLOAD_EXPIRY", "24h"),
            CLOCK);
    admin = ApiClient.admin(registry).ofApi();
    admin.post("/projects", "{\"project_name\":\"team\"}").require(201);
  }

  @BeforeEach
  void createDeveloper() {
    admin.createUser(name);
    membership =
        admin
            .post(
                "/projects/team/members",
                """
                {"role_id": 2, "member_user": {"username": "%s"}}
                """
                    .formatted(name))
            .require(201)
            .id();
    user = ApiClient.as(registry, name, ApiClient.USER_PASSWORD);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void finishesAnUploadWhoseTokenRanOutInTheMiddle() {
    ApiClient token = token(SCOPE);
    String upload = begin(token);
    token.patch(upload, LAYER).require(202);
    CLOCK.advance(LATE);

    assertThat(token.get(upload).require(204).header("Range")).isEqualTo("0-19");
    token.patch(upload, LAYER).require(202);
    Digest digest =
        Digest.compute(DigestAlgorithm.SHA256, (LAYER + LAYER).getBytes(StandardCharsets.UTF_8));
    token.put(upload + "?digest=" + digest, "").require(201);

    assertThat(user.get("/v2/team/app/blobs/" + digest).body()).isEqualTo(LAYER + LAYER);
  }

  @Test
  void cancelsAnUploadWhoseTokenRanOut() {
    ApiClient token = token(SCOPE);
    String upload = begin(token);
    CLOCK.advance(LATE);

    token.delete(upload).require(204);
  }

  @Test
  void refusesEverythingElseWithATokenThatRanOut() {
    ApiClient token = token(SCOPE);
    String upload = begin(token);
    CLOCK.advance(LATE);

    assertThat(token.get("/v2/").header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    for (String path :
        new String[] {
          "/v2/",
          "/v2/team/app/tags/list",
          "/v2/team/app/manifests/latest",
          "/v2/team/app/blobs/uploads/not-an-upload",
          UPLOADS + UUID.randomUUID(),
          upload.replace("/app/", "/other/"),
          "/service/token?scope=" + SCOPE,
          "/api/v2.0/users/current"
        }) {
      assertThat(token.get(path).status()).as(path).isEqualTo(401);
    }
    assertThat(token.post(UPLOADS, "").status()).isEqualTo(401);
    assertThat(token.post(upload, "").status()).isEqualTo(401);
    assertThat(token.put("/v2/team/app/manifests/latest", "{}").status()).isEqualTo(401);
    assertThat(token.get(upload).status()).as("the upload itself").isEqualTo(204);
  }

  @Test
  void refusesTheUploadOfSomebodyElse() {
    ApiClient token = token(SCOPE);
    String upload = begin(ApiClient.bearer(registry, admin(SCOPE)));
    CLOCK.advance(LATE);

    assertThat(token.patch(upload, LAYER).status()).isEqualTo(401);
    assertThat(token.delete(upload).status()).isEqualTo(401);
  }

  @Test
  void refusesATokenThatRanOutBeforeTheUploadBegan() {
    ApiClient before = token(SCOPE);
    CLOCK.advance(LATE);
    ApiClient now = token(SCOPE);
    String upload = begin(now);

    assertThat(before.patch(upload, LAYER).status()).isEqualTo(401);
    now.patch(upload, LAYER).require(202);
  }

  @Test
  void refusesATokenThatRanOutLongerAgoThanUploadsAreKept() {
    ApiClient token = token(SCOPE);
    String upload = begin(token);

    CLOCK.advance(Duration.ofHours(23));
    token.patch(upload, LAYER).require(202);
    CLOCK.advance(Duration.ofHours(2));
    assertThat(token.patch(upload, LAYER).status()).isEqualTo(401);
  }

  @Test
  void grantsNoMoreThanTheTokenThatRanOut() {
    ApiClient pull = token("repository:team/app:pull");
    String upload = begin(token(SCOPE));
    CLOCK.advance(LATE);

    assertThat(pull.patch(upload, LAYER).header("WWW-Authenticate"))
        .contains("error=\"insufficient_scope\"");
  }

  @Test
  void refusesWhoeverLostTheRightMeanwhile() {
    ApiClient token = token(SCOPE);
    String upload = begin(token);
    CLOCK.advance(LATE);
    token.patch(upload, LAYER).require(202);

    admin.delete("/projects/team/members/" + membership).require(200);

    assertThat(token.patch(upload, LAYER).status()).isEqualTo(401);
  }

  private ApiClient token(String scope) {
    return ApiClient.bearer(registry, user.token(scope));
  }

  private static String admin(String scope) {
    return ApiClient.admin(registry).token(scope);
  }

  private static String begin(ApiClient client) {
    return client.post(UPLOADS, "").require(202).header("Location");
  }

  /** The system's clock, ahead by as much as the tests want. */
  private static final class LaterClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration more) {
      ahead = ahead.plus(more);
    }

    @Override
    public Instant instant() {
      return Clock.systemUTC().instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return Clock.systemUTC().getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
