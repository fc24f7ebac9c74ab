package dev.breakwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Oras: artifacts, and what refers to them. */
@ExtendWith(SharedBreakwater.class)
final class OrasIT {
  private static final String SBOM = "application/vnd.example.sbom";
  private static final String SIGNATURE = "application/vnd.example.signature";

  @TempDir private Path directory;
  private String repository;

  @BeforeEach
  void logIn(BreakwaterProcess breakwater) throws IOException {
    repository = breakwater.registry() + "/library/oras";
    Path password = Files.writeString(directory.resolve("password"), breakwater.adminPassword());
    oras("login", "--plain-http", "--username", "admin", "--password-stdin", breakwater.registry())
        .input(password)
        .succeed();
  }

  @Test
  void pushesAndPullsFiles() throws IOException {
    Files.writeString(directory.resolve("sent.txt"), "a file");
    oras("push", "--plain-http", repository + ":file", "sent.txt:text/plain").succeed();

    Path target = directory.resolve("target");
    oras("pull", "--plain-http", "--output", target, repository + ":file").succeed();

    assertThat(target.resolve("sent.txt")).hasContent("a file");
  }

  @Test
  void attachesAndDiscoversReferrersAndTheirReferrers() throws IOException {
    pushWithReferrers(repository + ":subject");

    String tree = discover(repository + ":subject");
    String filtered =
        oras("discover", "--plain-http", "--artifact-type", SBOM, repository + ":subject")
            .succeed();

    assertThat(tree).contains(SBOM).contains(SIGNATURE);
    assertThat(filtered).contains(SBOM);
  }

  @Test
  void copiesASubjectWithAllThatRefersToIt() throws IOException {
    pushWithReferrers(repository + ":origin");
    String copy = repository + "-copy:1";

    oras("copy", "--recursive", "--from-plain-http", "--to-plain-http")
        .append(repository + ":origin", copy)
        .succeed();

    assertThat(discover(copy)).contains(SBOM).contains(SIGNATURE);
  }

  /** A subject, its bill of materials, and the signature of that. */
  private void pushWithReferrers(String subject) throws IOException {
    for (String name : new String[] {"content", "sbom", "signature"}) {
      Files.writeString(directory.resolve(name), name + " of " + subject);
    }
    oras("push", "--plain-http", subject, "content:text/plain").succeed();
    String attached = attach(SBOM, subject, "sbom");
    attach(SIGNATURE, subject.substring(0, subject.lastIndexOf(':')) + "@" + attached, "signature");
  }

  private String attach(String type, String subject, String file) {
    return oras("attach", "--plain-http", "--artifact-type", type, "--format")
        .append("go-template={{.digest}}", subject, file + ":application/octet-stream")
        .succeed()
        .strip();
  }

  private String discover(String subject) {
    return oras("discover", "--plain-http", "--format", "tree", subject).succeed();
  }

  private Command oras(Object... words) {
    return Command.client("oras", words).in(directory).with("DOCKER_CONFIG", directory);
  }
}
