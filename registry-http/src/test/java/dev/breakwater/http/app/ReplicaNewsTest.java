package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.storage.datadirectory.DataDirectory;
import dev.breakwater.storage.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What changes at one of two replicas, as the other one tells it. Redis is away all the time, and
 * the notifications of PostgreSQL as each test has it.
 */
final class ReplicaNewsTest {
  private static final Duration BOTH_LOST = Duration.ofSeconds(5);

  /** Less than anything is remembered for, so that it must have been heard. */
  private static final Duration HEARD = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path folder;

  private static DataDirectory directory;
  private static EmbeddedPostgres postgres;
  private static NotificationProxy untouched;
  private static NotificationProxy proxy;
  private static RunningRegistry one;
  private static RunningRegistry two;
  private static ApiClient admin;
  private static TestImages images;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.open(folder.resolve("database"));
    postgres = EmbeddedPostgres.start(directory);
    untouched = NotificationProxy.before(postgres.settings());
    proxy = NotificationProxy.before(postgres.settings());
    one = replica("one", untouched);
    two = replica("two", proxy);
    admin = ApiClient.admin(one).ofApi();
    images = new TestImages(one);
    project("team", false);
    project("open", true);
  }

  private static RunningRegistry replica(String name, NotificationProxy database) throws Exception {
    return RunningRegistry.start(
        folder.resolve(name),
        Map.of(
            "BREAKWATER_DATABASE_URL", database.url(),
            "BREAKWATER_DATABASE_USERNAME", postgres.settings().username(),
            "BREAKWATER_DATABASE_PASSWORD", postgres.settings().password(),
            "BREAKWATER_REDIS_URL", "redis://127.0.0.1:1",
            "BREAKWATER_SECRET_KEY", "the same key for both of the replicas",
            "BREAKWATER_STORAGE_FILESYSTEM_ROOT", folder.resolve("blobs").toString()));
  }

  private static void project(String name, boolean isPublic) {
    admin
        .post(
            "/projects",
            """
            {"project_name": "%s", "metadata": {"public": "%s"}}
            """
                .formatted(name, isPublic))
        .require(201);
  }

  @AfterEach
  void hear() {
    proxy.lose(false);
  }

  @AfterAll
  static void stop() throws Exception {
    two.close();
    one.close();
    proxy.close();
    untouched.close();
    postgres.close();
    directory.close();
  }

  @Test
  void tellsEveryChangeWithinFiveSecondsThoughItHearsOfNone() throws Exception {
    List<Change> changes =
        List.of(
            movedTag(),
            deletedTag(),
            deletedManifest(),
            deletedBlob(),
            revokedMembership(),
            deletedUser(),
            changedPassword(),
            deletedRobot(),
            deletedFederation(),
            endedSession(),
            projectThatIsPrivateNow());
    proxy.lose(true);
    Map<String, Future<Duration>> watched = new LinkedHashMap<>();
    try (ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Change change : changes) {
        assertThat(change.before().call()).as(change.what()).isTrue();
        change.step().call();
        long begin = System.nanoTime();
        watched.put(change.what(), watchers.submit(() -> untilTold(change, begin)));
      }
    }
    Map<String, Duration> told = new LinkedHashMap<>();
    watched.forEach((what, time) -> told.put(what, time.resultNow()));
    assertThat(told.values()).as("%s", told).allMatch(time -> time.compareTo(BOTH_LOST) <= 0);
    assertThat(proxy.lost()).as("lost notifications").isPositive();
  }

  /** Until it was asked for what it tells right: a busy machine may take long to answer. */
  private static Duration untilTold(Change change, long begin) {
    AtomicLong asked = new AtomicLong();
    await(change.what())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          asked.set(System.nanoTime());
          return change.after().call();
        });
    return Duration.ofNanos(asked.get() - begin);
  }

  @Test
  void noticesThatItsConnectionLeadsNowhereAndHearsAgain() throws Exception {
    int before = proxy.listeners();

    proxy.silence();

    await().atMost(PATIENCE).until(() -> proxy.listeners() > before);
    Change moved = movedTag();
    assertThat(moved.before().call()).isTrue();
    moved.step().call();
    await().atMost(HEARD).until(moved.after());
  }

  @Test
  void hearsThatWorkloadsAreNotTrustedAnyMore() throws Exception {
    KubernetesWorkload workload = KubernetesWorkload.create();
    long robot = robot("deployer").require(201).json().get("id").wholeNumber().orElseThrow();
    long rule = admin.post("/federations", workload.rule("prod", "prod", robot)).require(201).id();
    ApiClient builder = ApiClient.as(two, "oidc", workload.token("prod", Duration.ofMinutes(5)));
    await().atMost(HEARD).until(() -> builder.get("/v2/").status() == 200);
    ApiClient token = ApiClient.bearer(two, builder.token("repository:team/app:pull"));
    assertThat(token.get("/v2/").status()).isEqualTo(200);

    admin.delete("/federations/" + rule).require(200);

    await()
        .atMost(HEARD)
        .until(() -> builder.get("/v2/").status() == 401 && token.get("/v2/").status() == 401);
  }

  private static Change movedTag() throws Exception {
    Digest first = images.image("team/app", "first", "moving");
    return new Change(
        "a moved tag",
        () -> digest("moving").equals(first.toString()),
        () -> images.image("team/app", "second", "moving"),
        () -> !digest("moving").equals(first.toString()));
  }

  private static String digest(String tag) {
    return manifest(ApiClient.admin(two), "team/app", tag).header("Docker-Content-Digest");
  }

  private static Change deletedTag() throws Exception {
    images.image("team/app", "tagged", "gone");
    return new Change(
        "a deleted tag",
        () -> pulls(ApiClient.admin(two), "team/app", "gone"),
        () -> admin.delete("/projects/team/repositories/app/artifacts/gone/tags/gone").require(200),
        () -> !pulls(ApiClient.admin(two), "team/app", "gone"));
  }

  private static Change deletedManifest() throws Exception {
    Digest digest = images.image("team/app", "doomed", "");
    return new Change(
        "a deleted manifest",
        () -> pulls(ApiClient.admin(two), "team/app", digest.toString()),
        () -> ApiClient.admin(one).delete("/v2/team/app/manifests/" + digest).require(202),
        () -> !pulls(ApiClient.admin(two), "team/app", digest.toString()));
  }

  private static Change deletedBlob() throws Exception {
    Digest digest = one.push("team/app", "doomed bytes".getBytes(UTF_8));
    String path = "/v2/team/app/blobs/" + digest;
    ApiClient there = ApiClient.admin(two);
    return new Change(
        "a deleted blob",
        () -> there.get(path).status() == 200,
        () -> ApiClient.admin(one).delete(path).require(202),
        () -> there.get(path).status() == 404);
  }

  /** By name and password, and with a token. */
  private static Change revokedMembership() throws Exception {
    images.image("team/app", "kept", "kept");
    admin.createUser("alice");
    long membership =
        admin
            .post(
                "/projects/team/members",
                """
                {"role_id": 2, "member_user": {"username": "alice"}}
                """)
            .require(201)
            .id();
    ApiClient alice = ApiClient.as(two, "alice", ApiClient.USER_PASSWORD);
    ApiClient token = ApiClient.bearer(two, alice.token("repository:team/app:pull"));
    return new Change(
        "a revoked membership",
        () -> pulls(alice, "team/app", "kept") && pulls(token, "team/app", "kept"),
        () -> admin.delete("/projects/team/members/" + membership).require(200),
        () -> !pulls(alice, "team/app", "kept") && !pulls(token, "team/app", "kept"));
  }

  private static Change deletedUser() {
    long id = admin.createUser("bob");
    ApiClient bob = ApiClient.as(two, "bob", ApiClient.USER_PASSWORD);
    return new Change(
        "a deleted user",
        () -> bob.get("/v2/").status() == 200,
        () -> admin.delete("/users/" + id).require(200),
        () -> bob.get("/v2/").status() == 401);
  }

  private static Change changedPassword() {
    long id = admin.createUser("carol");
    ApiClient carol = ApiClient.as(two, "carol", ApiClient.USER_PASSWORD);
    return new Change(
        "a changed password",
        () -> carol.get("/v2/").status() == 200,
        () ->
            admin
                .put("/users/" + id + "/password", "{\"new_password\": \"Another12345\"}")
                .require(200),
        () -> carol.get("/v2/").status() == 401);
  }

  private static Change deletedRobot() throws Exception {
    images.image("team/app", "kept", "kept");
    ApiAnswer made = robot("puller").require(201);
    ApiClient robot =
        ApiClient.as(
            two,
            made.json().get("name").text().orElseThrow(),
            made.json().get("secret").text().orElseThrow());
    ApiClient token = ApiClient.bearer(two, robot.token("repository:team/app:pull"));
    return new Change(
        "a deleted robot",
        () -> pulls(robot, "team/app", "kept") && pulls(token, "team/app", "kept"),
        () ->
            admin
                .delete("/robots/" + made.json().get("id").wholeNumber().orElseThrow())
                .require(200),
        () -> !pulls(robot, "team/app", "kept") && !pulls(token, "team/app", "kept"));
  }

  private static Change deletedFederation() throws Exception {
    images.image("team/app", "kept", "kept");
    KubernetesWorkload workload = KubernetesWorkload.create();
    long robot = robot("runner").require(201).json().get("id").wholeNumber().orElseThrow();
    long rule = admin.post("/federations", workload.rule("ci", "ci", robot)).require(201).id();
    ApiClient job = ApiClient.as(two, "ci", workload.token("ci", Duration.ofMinutes(5)));
    ApiClient token = ApiClient.bearer(two, job.token("repository:team/app:pull"));
    return new Change(
        "a deleted federation rule",
        () -> pulls(job, "team/app", "kept") && pulls(token, "team/app", "kept"),
        () -> admin.delete("/federations/" + rule).require(200),
        () -> !pulls(job, "team/app", "kept") && !pulls(token, "team/app", "kept"));
  }

  private static ApiAnswer robot(String name) {
    return admin.post(
        "/robots",
        """
        {"name": "%s", "level": "system", "duration": -1, "permissions": [
         {"kind": "project", "namespace": "team",
          "access": [{"resource": "repository", "action": "pull"}]}]}
        """
            .formatted(name));
  }

  private static Change endedSession() {
    String sid = logIn(ApiClient.anonymous(one));
    ApiClient there = ApiClient.anonymous(two).with("Cookie", "sid=" + sid);
    return new Change(
        "an ended session",
        () -> there.get("/api/v2.0/users/current").status() == 200,
        () -> ApiClient.anonymous(one).get("/c/log_out", "Cookie", "sid=" + sid).require(200),
        () -> there.get("/api/v2.0/users/current").status() == 401);
  }

  private static String logIn(ApiClient visitor) {
    ApiAnswer hello = visitor.get("/api/v2.0/systeminfo");
    return visitor
        .with("X-Harbor-CSRF-Token", hello.header("X-Harbor-CSRF-Token"))
        .with("Cookie", "_breakwater_csrf=" + hello.cookie("_breakwater_csrf"))
        .form("/c/login", "principal=admin&password=" + RunningRegistry.PASSWORD)
        .require(200)
        .cookie("sid");
  }

  private static Change projectThatIsPrivateNow() throws Exception {
    images.image("open/app", "for all", "latest");
    ApiClient anybody = ApiClient.anonymous(two);
    return new Change(
        "a project that is private now",
        () -> pulls(anybody, "open/app", "latest"),
        () -> admin.put("/projects/open", "{\"metadata\": {\"public\": \"false\"}}").require(200),
        () -> !pulls(anybody, "open/app", "latest"));
  }

  private static boolean pulls(ApiClient client, String repository, String reference) {
    return manifest(client, repository, reference).status() == 200;
  }

  private static ApiAnswer manifest(ApiClient client, String repository, String reference) {
    return client.get(
        "/v2/" + repository + "/manifests/" + reference, "Accept", TestImages.MANIFEST);
  }

  /**
   * @param before whether the second replica tells the old state, which it remembers from then on
   * @param step what the first one does
   * @param after whether the second one tells the new state
   */
  private record Change(
      String what, Callable<Boolean> before, Callable<?> step, Callable<Boolean> after) {}
}
