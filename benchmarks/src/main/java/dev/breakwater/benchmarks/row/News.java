package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.Image;
import dev.breakwater.benchmarks.client.ManagementClient;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.client.Response;
import dev.breakwater.benchmarks.registry.Breakwater;
import dev.breakwater.benchmarks.registry.Cluster;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long it takes from the answer to a change at one replica until the other two tell it, too:
 * they are asked again and again, and had it in their memory. First with Redis; then without, so
 * that PostgreSQL's notifications carry the news; then by replicas that do not listen to those.
 */
public final class News implements Row.OfBreakwater {
  private static final int CHANGES = 10;

  /** Each takes seconds. */
  private static final int CHANGES_LOST = 4;

  private static final List<Integer> OTHERS = List.of(2, 3);
  private static final List<String> REDIS =
      List.of("sentinel-1", "sentinel-2", "sentinel-3", "redis-1", "redis-2");

  /** With it, a replica does not listen to PostgreSQL. */
  private static final String DEAF = "BREAKWATER_DATABASE_PGBOUNCER";

  private static final long PATIENCE_SECONDS = 20;
  private static final String REPOSITORY = "private/app";
  private static final String MANIFESTS = "/v2/" + REPOSITORY + "/manifests/";

  private static final Metric TAG = new Metric("tagSeconds", "s until a moved tag is seen", 3);
  private static final Metric DELETED =
      new Metric("deletedSeconds", "s until a deleted manifest is", 3);
  private static final Metric REVOKED =
      new Metric("revokedSeconds", "s until a revoked right is", 3);
  private static final Metric NOTIFIED =
      new Metric("notifiedSeconds", "s, the longest of them without Redis", 3);

  private static final Metric LOST =
      new Metric("lostSeconds", "s, the longest of them without both", 3);

  private final RandomGenerator random;

  public News(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "news";
  }

  @Override
  public String title() {
    return "the longest time, of "
        + CHANGES
        + ", until the other replicas know of a change at one; with Redis, after it was killed, and"
        + " without notifications as well";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(TAG, DELETED, REVOKED, NOTIFIED, LOST);
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal.AtMost(1, TAG),
        new Goal.AtMost(1, DELETED),
        new Goal.AtMost(1, REVOKED),
        new Goal.AtMost(1, NOTIFIED),
        new Goal.AtMost(5, LOST),
        new Goal.NoFailure());
  }

  @Override
  public List<Sample> run(Breakwater breakwater, Path folder, int rounds)
      throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.start(breakwater);
        RegistryClient admin = cluster.client(cluster.replica(1))) {
      ManagementClient management = new ManagementClient(admin);
      management.create("/projects", "{\"project_name\": \"private\"}");
      User user = User.create(management);
      Round round = new Round(cluster, admin.authorize(REPOSITORY), management, user, random);
      Times told = round.longest(CHANGES);
      for (String name : REDIS) {
        cluster.kill(name);
      }
      Times notified = round.longest(CHANGES);
      for (int replica : OTHERS) {
        cluster.set(replica, DEAF, "true");
        cluster.kill("replica-" + replica);
        cluster.restart(replica);
      }
      Times lost = round.longest(CHANGES_LOST);
      return List.of(
          Sample.of(
              Map.of(
                  TAG, told.tag(),
                  DELETED, told.deleted(),
                  REVOKED, told.revoked(),
                  NOTIFIED, notified.longest(),
                  LOST, lost.longest())));
    }
  }

  /** In seconds. */
  private record Times(double tag, double deleted, double revoked) {
    Times longer(Times other) {
      return new Times(
          Math.max(tag, other.tag),
          Math.max(deleted, other.deleted),
          Math.max(revoked, other.revoked));
    }

    double longest() {
      return Math.max(tag, Math.max(deleted, revoked));
    }
  }

  /** Somebody who may see the project only as its member. */
  private record User(String name, String authorization) {
    static User create(ManagementClient management) throws IOException {
      String name = "u" + UUID.randomUUID().toString().substring(0, 8);
      String password = "Aa1-" + UUID.randomUUID();
      management.create(
          "/users",
          """
          {"username": "%s", "email": "%s@example.org", "realname": "%s", "password": "%s"}
          """
              .formatted(name, name, name, password));
      byte[] basic = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
      return new User(name, "Basic " + Base64.getEncoder().encodeToString(basic));
    }
  }

  /** Changes at replica 1, seen from the others. */
  private record Round(
      Cluster cluster,
      RegistryClient admin,
      ManagementClient management,
      User user,
      RandomGenerator random) {
    Times longest(int changes) throws IOException, InterruptedException {
      Times longest = new Times(0, 0, 0);
      for (int i = 0; i < changes; i++) {
        longest = longest.longer(new Times(moveTag(), deleteManifest(), revoke()));
      }
      return longest;
    }

    private double moveTag() throws IOException, InterruptedException {
      push("moving");
      awaitOthers(basic(), "moving", 200, "");
      push("moving");
      long begin = System.nanoTime();
      awaitOthers(basic(), "moving", 200, digest("moving"));
      return secondsSince(begin);
    }

    /** From the request: its answer waits for the others. */
    private double deleteManifest() throws IOException, InterruptedException {
      push("doomed");
      String digest = digest("doomed");
      awaitOthers(basic(), digest, 200, "");
      long begin = System.nanoTime();
      admin
          .connection()
          .send("DELETE", MANIFESTS + digest, Map.of("Authorization", basic()), Body.NONE)
          .expect(202);
      awaitOthers(basic(), digest, 404, "");
      return secondsSince(begin);
    }

    private double revoke() throws IOException, InterruptedException {
      push("kept");
      String member =
          management.create(
              "/projects/private/members",
              "{\"role_id\": 2, \"member_user\": {\"username\": \"%s\"}}".formatted(user.name()));
      awaitOthers(user.authorization(), "kept", 200, "");
      management.delete(member);
      long begin = System.nanoTime();
      awaitOthers(user.authorization(), "kept", 403, "");
      return secondsSince(begin);
    }

    private static double secondsSince(long begin) {
      return (System.nanoTime() - begin) / 1e9;
    }

    private String basic() {
      return admin.basic().orElseThrow();
    }

    /** A new image. */
    private void push(String tag) throws IOException {
      Image.random(random, 1, 64).push(admin, REPOSITORY, tag);
    }

    /** As the replica tells it that everything is changed at. */
    private String digest(String tag) throws IOException {
      try (Connection connection = new Connection(cluster.replica(1))) {
        return ask(connection, basic(), tag)
            .header("Docker-Content-Digest")
            .orElseThrow(() -> new IOException("no digest"));
      }
    }

    /**
     * Until both others answer so.
     *
     * @param digest that of the answer; empty: whichever
     */
    private void awaitOthers(String authorization, String reference, int status, String digest)
        throws IOException, InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      for (int replica : OTHERS) {
        try (Connection connection = new Connection(cluster.replica(replica))) {
          Response answer = ask(connection, authorization, reference);
          while (!isExpected(answer, status, digest)) {
            if (System.nanoTime() > end) {
              throw new IOException(
                  "replica " + replica + " answers " + answer.status() + ", not " + status);
            }
            Thread.sleep(1);
            answer = ask(connection, authorization, reference);
          }
        }
      }
    }

    private static boolean isExpected(Response answer, int status, String digest) {
      return answer.status() == status
          && (digest.isEmpty() || answer.header("Docker-Content-Digest").orElse("").equals(digest));
    }

    private static Response ask(Connection connection, String authorization, String reference)
        throws IOException {
      return connection
          .send(
              "GET",
              MANIFESTS + reference,
              Map.of("Authorization", authorization, "Accept", Image.MANIFEST_TYPE),
              Body.NONE)
          .discard();
    }
  }
}
