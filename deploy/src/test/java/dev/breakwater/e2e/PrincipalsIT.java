package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Docker, skopeo, helm and oras log in as each kind of principal and can do what it may, no more.
 * Users of a directory and of an OpenID provider are in {@link LdapIT} and {@link OidcIT}.
 */
final class PrincipalsIT {
  private static final String PASSWORD = "Correct-Horse-9";
  private static final String PULL = "{\"resource\": \"repository\", \"action\": \"pull\"}";
  private static final String PUSH = "{\"resource\": \"repository\", \"action\": \"push\"}";

  private static final List<Kind> KINDS = new ArrayList<>();

  @TempDir private static Path directory;
  private static BreakwaterProcess breakwater;
  private static RegistryClient admin;
  private static DockerEngine engine;

  @BeforeAll
  static void startAndMakeEverybody() throws IOException {
    breakwater = BreakwaterProcess.in(Files.createDirectory(directory.resolve("server"))).start();
    admin = breakwater.admin();
    engine = DockerEngine.start(Files.createDirectory(directory.resolve("engine")));
    engine.importBusybox();
    assertThat(admin.createProject("team", false)).isEqualTo(201);
    Command.client("helm", "create", "anchor").in(directory).succeed();
    Command.client("helm", "package", "anchor", "--version", "1.0.0").in(directory).succeed();
    Crane crane = Crane.loggedIn(breakwater, directory);
    crane.pushImage(breakwater.registry() + "/team/seed:1", "to be pulled");
    KINDS.add(member("developer", 2, true));
    KINDS.add(member("guest", 3, false));
    KINDS.add(robot("pusher", "project", PULL, PUSH));
    KINDS.add(robot("puller", "project", PULL));
    KINDS.add(robot("every", "system", PULL, PUSH));
    KINDS.add(workload());
  }

  @AfterAll
  static void stop() {
    if (engine != null) {
      engine.close();
    }
    if (breakwater != null) {
      breakwater.close();
    }
  }

  static Stream<Kind> kinds() {
    return KINDS.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsDockerDoWhatThePrincipalMay(Kind kind) throws IOException {
    String image = breakwater.registry() + "/team/docker-" + kind.name() + ":1";
    engine.login(breakwater.registry(), kind.login(), kind.secret());
    engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();

    engine.docker("pull", breakwater.registry() + "/team/seed:1").succeed();
    kind.expect(engine.docker("push", image));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsSkopeoDoWhatThePrincipalMay(Kind kind) {
    String copy = "docker://" + breakwater.registry() + "/team/skopeo-" + kind.name() + ":1";

    kind.expect(
        Command.client("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
            .append("--src-creds", kind.credentials(), "--dest-creds", kind.credentials())
            .append("docker://" + breakwater.registry() + "/team/seed:1", copy));
    Command.client("skopeo", "inspect", "--tls-verify=false", "--creds", kind.credentials())
        .append("docker://" + breakwater.registry() + "/team/seed:1")
        .succeed();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsHelmDoWhatThePrincipalMay(Kind kind) throws IOException {
    Path home = Files.createDirectories(directory.resolve("helm-" + kind.name()));
    helm(home, "registry", "login", "--plain-http", "--username", kind.login())
        .append("--password", kind.secret(), breakwater.registry())
        .succeed();

    kind.expect(
        helm(home, "push", "--plain-http", "anchor-1.0.0.tgz")
            .append("oci://" + breakwater.registry() + "/team/charts-" + kind.name()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsOrasDoWhatThePrincipalMay(Kind kind) throws IOException {
    Path home = Files.createDirectories(directory.resolve("oras-" + kind.name()));
    Files.writeString(home.resolve("file.txt"), kind.name());
    oras(home, "login", "--plain-http", "--username", kind.login(), "--password-stdin")
        .append(breakwater.registry())
        .input(Files.writeString(home.resolve("secret"), kind.secret()))
        .succeed();

    kind.expect(
        oras(home, "push", "--plain-http")
            .append(breakwater.registry() + "/team/oras-" + kind.name() + ":1", "file.txt"));
    oras(home, "manifest", "fetch", "--plain-http", breakwater.registry() + "/team/seed:1")
        .succeed();
  }

  private static Command helm(Path home, Object... words) {
    return Command.client("helm", words)
        .in(directory)
        .with("HELM_REGISTRY_CONFIG", home.resolve("helm.json"))
        .with("HELM_CACHE_HOME", home.resolve("cache"))
        .with("HELM_CONFIG_HOME", home.resolve("config"))
        .with("HELM_DATA_HOME", home.resolve("data"));
  }

  private static Command oras(Path home, Object... words) {
    return Command.client("oras", words).in(home).with("DOCKER_CONFIG", home);
  }

  private static Kind member(String name, int role, boolean mayPush) {
    admin.api(
        "POST",
        "/api/v2.0/users",
        """
        {"username": "%1$s", "email": "%1$s@example.org", "realname": "%1$s", "password": "%2$s"}
        """
            .formatted(name, PASSWORD));
    admin.api(
        "POST",
        "/api/v2.0/projects/team/members",
        "{\"role_id\": %d, \"member_user\": {\"username\": \"%s\"}}".formatted(role, name));
    return new Kind(name, name, PASSWORD, mayPush);
  }

  private static Kind robot(String name, String level, String... access) {
    String created =
        admin.api(
            "POST",
            "/api/v2.0/robots",
            """
            {"name": "%s", "level": "%s", "duration": -1, "permissions":
             [{"kind": "project", "namespace": "%s", "access": %s}]}
            """
                .formatted(name, level, level.equals("system") ? "*" : "team", List.of(access)));
    return new Kind(
        name, text(created, "name"), text(created, "secret"), List.of(access).contains(PUSH));
  }

  /** A job of a build farm, which proves itself by a token of its own issuer. */
  private static Kind workload() throws IOException {
    WorkloadIssuer issuer = WorkloadIssuer.create("https://token.builds.example");
    String robot =
        admin.api(
            "POST",
            "/api/v2.0/robots",
            """
            {"name": "builds", "level": "project", "duration": -1, "permissions":
             [{"kind": "project", "namespace": "team", "access": [%s, %s]}]}
            """
                .formatted(PULL, PUSH));
    admin.api(
        "POST",
        "/api/v2.0/federations",
        """
        {"name": "builds", "enabled": true, "issuer": "%s", "audience": "breakwater",
         "jwks": %s, "robot_id": %s,
         "claims": [{"claim": "repository_id", "value": "4711", "match": "exact"},
                    {"claim": "ref", "value": "refs/heads/*", "match": "glob"}]}
        """
            .formatted(issuer.name(), issuer.quotedKeySet(), number(robot, "id")));
    String token =
        issuer.token(
            "breakwater",
            "\"repository_id\": \"4711\", \"ref\": \"refs/heads/main\", \"event_name\": \"push\"");
    return new Kind("workload", "oidc", token, true);
  }

  private static String text(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?\"([^\"]*)\".*", "$1");
  }

  private static String number(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?([0-9]+).*", "$1");
  }

  /**
   * A principal.
   *
   * @param login its user name at log-in
   */
  record Kind(String name, String login, String secret, boolean mayPush) {
    String credentials() {
      return login + ":" + secret;
    }

    void expect(Command push) {
      if (mayPush) {
        push.succeed();
      } else {
        assertThat(push.fail().toLowerCase(Locale.ROOT))
            .containsAnyOf("denied", "unauthorized", "forbidden", "may not");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
