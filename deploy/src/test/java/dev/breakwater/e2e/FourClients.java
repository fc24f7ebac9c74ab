package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Docker, skopeo, helm and oras at one registry with a project {@code team}: each logs in as
 * somebody, pulls, and pushes or is refused.
 */
final class FourClients implements AutoCloseable {
  private final BreakwaterProcess breakwater;
  private final Path directory;
  private final DockerEngine engine;

  private FourClients(BreakwaterProcess breakwater, Path directory, DockerEngine engine) {
    this.breakwater = breakwater;
    this.directory = directory;
    this.engine = engine;
  }

  /**
   * Makes the project and an image in it.
   *
   * @param directory empty, for what the clients keep
   */
  static FourClients at(BreakwaterProcess breakwater, Path directory) throws IOException {
    DockerEngine engine = DockerEngine.start(Files.createDirectory(directory.resolve("engine")));
    try {
      engine.importBusybox();
      assertThat(breakwater.admin().createProject("team", false)).isEqualTo(201);
      Command.client("helm", "create", "anchor").in(directory).succeed();
      Command.client("helm", "package", "anchor", "--version", "1.0.0").in(directory).succeed();
      Crane.loggedIn(breakwater, directory)
          .pushImage(breakwater.registry() + "/team/seed:1", "to be pulled");
      return new FourClients(breakwater, directory, engine);
    } catch (IOException | RuntimeException | AssertionError e) {
      engine.close();
      throw e;
    }
  }

  /** All four, one after the other. */
  void expect(Somebody who) throws IOException {
    docker(who);
    skopeo(who);
    helm(who);
    oras(who);
  }

  void docker(Somebody who) throws IOException {
    String image = breakwater.registry() + "/team/docker-" + who.name() + ":1";
    engine.login(breakwater.registry(), who.login(), who.secret());
    engine.docker("tag", DockerEngine.BUSYBOX, image).succeed();

    engine.docker("pull", seed()).succeed();
    who.expect(engine.docker("push", image));
  }

  void skopeo(Somebody who) {
    String credentials = who.login() + ":" + who.secret();
    String copy = "docker://" + breakwater.registry() + "/team/skopeo-" + who.name() + ":1";

    who.expect(
        Command.client("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
            .append("--src-creds", credentials, "--dest-creds", credentials)
            .append("docker://" + seed(), copy));
    Command.client("skopeo", "inspect", "--tls-verify=false", "--creds", credentials)
        .append("docker://" + seed())
        .succeed();
  }

  void helm(Somebody who) throws IOException {
    Path home = Files.createDirectories(directory.resolve("helm-" + who.name()));
    helm(home, "registry", "login", "--plain-http", "--username", who.login())
        .append("--password", who.secret(), breakwater.registry())
        .succeed();

    who.expect(
        helm(home, "push", "--plain-http", "anchor-1.0.0.tgz")
            .append("oci://" + breakwater.registry() + "/team/charts-" + who.name()));
  }

  void oras(Somebody who) throws IOException {
    Path home = Files.createDirectories(directory.resolve("oras-" + who.name()));
    Files.writeString(home.resolve("file.txt"), who.name());
    oras(home, "login", "--plain-http", "--username", who.login(), "--password-stdin")
        .append(breakwater.registry())
        .input(Files.writeString(home.resolve("secret"), who.secret()))
        .succeed();

    who.expect(
        oras(home, "push", "--plain-http")
            .append(breakwater.registry() + "/team/oras-" + who.name() + ":1", "file.txt"));
    oras(home, "manifest", "fetch", "--plain-http", seed()).succeed();
  }

  private String seed() {
    return breakwater.registry() + "/team/seed:1";
  }

  private Command helm(Path home, Object... words) {
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

  @Override
  public void close() {
    engine.close();
  }

  /**
   * A principal that may pull from the project.
   *
   * @param name part of what it pushes
   * @param login its user name at log-in
   */
  record Somebody(String name, String login, String secret, boolean mayPush) {
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
