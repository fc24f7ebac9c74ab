package dev.breakwater.e2e;

import dev.breakwater.e2e.FourClients.Somebody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static final List<Somebody> KINDS = new ArrayList<>();

  @TempDir private static Path directory;
  private static BreakwaterProcess breakwater;
  private static RegistryClient admin;
  private static FourClients clients;

  @BeforeAll
  static void startAndMakeEverybody() throws IOException {
    breakwater = BreakwaterProcess.in(Files.createDirectory(directory.resolve("server"))).start();
    admin = breakwater.admin();
    clients = FourClients.at(breakwater, Files.createDirectory(directory.resolve("clients")));
    KINDS.add(member("developer", 2, true));
    KINDS.add(member("guest", 3, false));
    KINDS.add(robot("pusher", "project", PULL, PUSH));
    KINDS.add(robot("puller", "project", PULL));
    KINDS.add(robot("every", "system", PULL, PUSH));
    KINDS.add(workload());
  }

  @AfterAll
  static void stop() {
    if (clients != null) {
      clients.close();
    }
    if (breakwater != null) {
      breakwater.close();
    }
  }

  static Stream<Somebody> kinds() {
    return KINDS.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsDockerDoWhatThePrincipalMay(Somebody who) throws IOException {
    clients.docker(who);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsSkopeoDoWhatThePrincipalMay(Somebody who) {
    clients.skopeo(who);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsHelmDoWhatThePrincipalMay(Somebody who) throws IOException {
    clients.helm(who);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void letsOrasDoWhatThePrincipalMay(Somebody who) throws IOException {
    clients.oras(who);
  }

  private static Somebody member(String name, int role, boolean mayPush) {
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
    return new Somebody(name, name, PASSWORD, mayPush);
  }

  private static Somebody robot(String name, String level, String... access) {
    String created =
        admin.api(
            "POST",
            "/api/v2.0/robots",
            """
            {"name": "%s", "level": "%s", "duration": -1, "permissions":
             [{"kind": "project", "namespace": "%s", "access": %s}]}
            """
                .formatted(name, level, level.equals("system") ? "*" : "team", List.of(access)));
    return new Somebody(
        name, text(created, "name"), text(created, "secret"), List.of(access).contains(PUSH));
  }

  /** A job of a build farm, which proves itself by a token of its own issuer. */
  private static Somebody workload() throws IOException {
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
    return new Somebody("workload", "oidc", token, true);
  }

  private static String text(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?\"([^\"]*)\".*", "$1");
  }

  private static String number(String json, String member) {
    return json.replaceFirst("(?s).*\"" + member + "\" ?: ?([0-9]+).*", "$1");
  }
}
