package dev.breakwater.storage.blob.s3;

import dev.breakwater.storage.blob.TestProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Versity Gateway as a process, on a folder. */
final class VersityGateway implements S3Server {
  private static final Path PROGRAM = TestProgram.tool("versitygw");
  private static final String SCRIPT = "../deploy/test/s3-server";

  private final Path folder = TestProgram.folder("versity");
  private final int port = TestProgram.freePort();
  private final TestProgram program;

  VersityGateway() {
    program =
        TestProgram.start(
                List.of(SCRIPT, Integer.toString(port), folder.toString()),
                Map.of("ROOT_ACCESS_KEY", ACCESS, "ROOT_SECRET_KEY", SECRET),
                port,
                folder.resolve("log"))
            .awaitListening();
  }

  /** Whether its tests can run, or must fail because they cannot. */
  static boolean isWanted() {
    return TestProgram.isWanted(PROGRAM);
  }

  TestProgram program() {
    return program;
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private Path bucket() {
    return folder.resolve("data").resolve(BUCKET);
  }

  @Override
  public List<String> leftOver(String root) {
    Path begin = bucket().resolve(root);
    if (!Files.exists(begin)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(begin)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> begin.relativize(file).toString())
          .filter(file -> !file.contains("docker/registry/v2/blobs/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    program.close();
    TestProgram.remove(folder);
  }
}
