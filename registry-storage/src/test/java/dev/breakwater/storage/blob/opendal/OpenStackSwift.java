package dev.breakwater.storage.blob.opendal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.storage.blob.TestProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenStack Swift as Debian packages it: a proxy with TempAuth, and one server each for accounts,
 * containers and objects, on one folder. It needs extended attributes, which ext4 and xfs have.
 */
final class OpenStackSwift implements CloudServer {
  static final String USER = "test:tester";
  static final String PASSWORD = "testing";

  private static final Path PROXY = Path.of("/usr/bin/swift-proxy-server");

  private static final String RINGS =
      """
      import os, sys
      from swift.common.ring import RingBuilder
      os.makedirs(sys.argv[1] + '/devices/d1')
      for kind, port in zip(sys.argv[2::2], sys.argv[3::2]):
          ring = RingBuilder(1, 1, 1)
          ring.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port),
                        'replication_ip': '127.0.0.1', 'replication_port': int(port),
                        'device': 'd1', 'weight': 1, 'meta': ''})
          ring.rebalance()
          ring.get_ring().save(sys.argv[1] + '/' + kind + '.ring.gz')
      """;

  private final Path folder = TestProgram.folder("swift");
  private final int port = TestProgram.freePort();
  private final int memcached = TestProgram.freePort();
  private final List<TestProgram> programs = new ArrayList<>();

  OpenStackSwift() {
    start(memcached, "/usr/bin/memcached", "-l", "127.0.0.1", "-p", "" + memcached, "-u", user());
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String kind : List.of("account", "container", "object")) {
      ports.put(kind, TestProgram.freePort());
    }
    rings(ports);
    ports.forEach((kind, serverPort) ->
        start(
            serverPort, "/usr/bin/swift-" + kind + "-server", server(kind, serverPort).toString()));
    start(port, PROXY.toString(), proxy().toString());
    programs.forEach(TestProgram::awaitListening);
    createContainer();
  }

  static boolean isWanted() {
    return TestProgram.isWanted(PROXY);
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public CloudService service() {
    return CloudService.SWIFT;
  }

  static OpenDalSettings settingsOf(URI endpoint, String root) {
    return new OpenDalSettings(
        CloudService.SWIFT,
        Map.of("container", CONTAINER),
        root,
        OpenDalSettings.SMALLEST_PART,
        16 * OpenDalSettings.SMALLEST_PART,
        16 * 1024 * 1024,
        Optional.empty(),
        Optional.of(
            new SwiftLogin(
                URI.create(endpoint + "/auth/v1.0"),
                CONTAINER,
                USER,
                PASSWORD,
                Optional.empty(),
                "Default",
                Optional.empty(),
                "public")));
  }

  /** No token that it gave out is good any more. */
  void forgetTokens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), memcached)) {
      socket.getOutputStream().write("flush_all\r\n".getBytes(US_ASCII));
      if (socket.getInputStream().readNBytes(2)[0] != 'O') {
        throw new IllegalStateException("memcached refuses");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(int listening, String... command) {
    programs.add(
        TestProgram.start(
            List.of(command), Map.of(), listening, folder.resolve(programs.size() + ".log")));
  }

  private Path server(String kind, int serverPort) {
    return write(
        kind + ".conf",
        """
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = %d
        workers = 0
        user = %s
        swift_dir = %s
        devices = %s
        mount_check = false
        log_address = /dev/null
        [pipeline:main]
        pipeline = %s-server
        [app:%s-server]
        use = egg:swift#%s
        """
            .formatted(serverPort, user(), folder, folder.resolve("devices"), kind, kind, kind));
  }

  private Path proxy() {
    return write(
        "proxy.conf",
        """
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = %d
        workers = 0
        user = %s
        swift_dir = %s
        log_address = /dev/null
        [pipeline:main]
        pipeline = catch_errors gatekeeper cache tempauth proxy-server
        [filter:catch_errors]
        use = egg:swift#catch_errors
        [filter:gatekeeper]
        use = egg:swift#gatekeeper
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:%d
        [filter:tempauth]
        use = egg:swift#tempauth
        user_test_tester = testing .admin
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        """
            .formatted(port, user(), folder, memcached));
  }

  /** Where each kind of server is; one program for all, since starting Python takes time. */
  private void rings(Map<String, Integer> ports) {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", RINGS));
    command.add(folder.toString());
    ports.forEach((kind, serverPort) -> command.addAll(List.of(kind, "" + serverPort)));
    run(command);
  }

  private void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("ring.log").toFile()))
              .start();
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            command.getFirst() + ": " + Files.readString(folder.resolve("ring.log")));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String user() {
    return System.getProperty("user.name");
  }

  private void createContainer() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> login =
          client.send(
              HttpRequest.newBuilder(URI.create(endpoint() + "/auth/v1.0"))
                  .header("X-Auth-User", USER)
                  .header("X-Auth-Key", PASSWORD)
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      HttpResponse<String> made =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          login.headers().firstValue("X-Storage-Url").orElseThrow()
                              + "/"
                              + CONTAINER))
                  .header("X-Auth-Token", login.headers().firstValue("X-Auth-Token").orElseThrow())
                  .PUT(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (made.statusCode() / 100 != 2) {
        throw new IllegalStateException("no container: " + made.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    programs.reversed().forEach(TestProgram::close);
    TestProgram.remove(folder);
  }
}
