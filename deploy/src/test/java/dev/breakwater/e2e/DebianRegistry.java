package dev.breakwater.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Debian's docker-registry, open to everybody, on a folder or a bucket. */
final class DebianRegistry implements AutoCloseable {
  private final int port;
  private final ServerProcess process;

  private DebianRegistry(int port, ServerProcess process) {
    this.port = port;
    this.process = process;
  }

  static DebianRegistry onFolder(Path root, Path home) {
    return start("filesystem: {rootdirectory: \"" + root + "\"}", home);
  }

  static DebianRegistry onBucket(ObjectStore store, Path home) {
    return start(
        """
        s3: {bucket: "%s", regionendpoint: "%s", region: us-east-1, accesskey: "%s",
             secretkey: "%s", secure: false, v4auth: true}
        """
            .strip()
            .replace("\n", " ")
            .formatted(
                ObjectStore.BUCKET, store.endpoint(), ObjectStore.ACCESS, ObjectStore.SECRET),
        home);
  }

  private static DebianRegistry start(String storage, Path home) {
    int port = FreePort.find();
    try {
      Path configuration =
          Files.writeString(
              home.resolve("registry.yml"),
              """
              version: 0.1
              storage:
                %s
              http: {addr: "127.0.0.1:%d"}
              """
                  .formatted(storage, port));
      ServerProcess process =
          ServerProcess.start(
              List.of(
                  ClientProgram.require("docker-registry").toString(),
                  "serve",
                  configuration.toString()),
              Map.of(),
              home,
              home.resolve("registry.log"));
      process.awaitLog(Duration.ofSeconds(20), log -> log.contains("listening on"));
      return new DebianRegistry(port, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Host and port, as an image's name begins. */
  String registry() {
    return "127.0.0.1:" + port;
  }

  /** It asks for no credential, and ignores those that come. */
  RegistryClient client() {
    return new RegistryClient(URI.create("http://" + registry() + "/"), "nobody", "nothing");
  }

  @Override
  public void close() {
    process.kill();
  }
}
