package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditApiTest {
  @TempDir static Path data;

  private static RunningRegistry registry;
  private static ApiClient admin;

  @BeforeAll
  static void start() throws Exception {
    registry =
        RunningRegistry.start(data, Map.of("BREAKWATER_SECURITY_ALLOW_INTERNAL_TARGETS", "true"));
    admin = ApiClient.admin(registry).ofApi();
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  @Test
  void namesTheEventsThatCanBeSwitchedOff() throws Exception {
    assertThat(admin.get("/auditlog-exts/events").texts("event_type"))
        .contains(
            "create_artifact",
            "delete_artifact",
            "pull_artifact",
            "create_project",
            "delete_project",
            "update_project",
            "delete_repository",
            "login_user",
            "logout_user",
            "create_user",
            "delete_user",
            "update_user",
            "create_robot",
            "delete_robot",
            "update_configuration",
            "create_member",
            "delete_member",
            "update_member")
        .doesNotHaveDuplicates();
  }

  @Test
  void recordsNothingOfATypeThatIsSwitchedOff() throws Exception {
    configure("{\"disabled_audit_log_event_types\":\"create_user,login_user\"}");
    admin.newUser("unseen");
    configure("{\"disabled_audit_log_event_types\":\"\"}");
    admin.newUser("seen");

    assertThat(logged("username=admin,operation=create,resource_type=user"))
        .contains("seen")
        .doesNotContain("unseen");
    assertThat(
            admin
                .put("/configurations", "{\"disabled_audit_log_event_types\":\"create_moon\"}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void writesNoRowsWhenTheDatabaseIsLeftOut() throws Exception {
    configure("{\"skip_audit_log_database\":true}");
    admin.newUser("rowless");
    configure("{\"skip_audit_log_database\":false}");

    assertThat(logged("operation=create,resource_type=user")).doesNotContain("rowless");
  }

  @Test
  void forwardsEventsInOrderToAReceiverOfLogs() throws Exception {
    try (Receiver receiver = new Receiver()) {
      configure("{\"audit_log_forward_endpoint\":\"tcp://127.0.0.1:" + receiver.port() + "\"}");
      for (int i = 0; i < 5; i++) {
        admin.newUser("forwarded" + i);
      }

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(receiver.about("forwarded")).hasSize(5));
      assertThat(receiver.about("forwarded").getFirst())
          .startsWith("<110>1 2")
          .contains(" breakwater ")
          .contains("\"operator\":\"admin\"")
          .contains("\"resource\":\"forwarded0\"")
          .contains("\"operation\":\"create\"");
      assertThat(receiver.about("forwarded"))
          .extracting(line -> line.replaceAll(".*\"resource\":\"(\\w+)\".*", "$1"))
          .containsExactly("forwarded0", "forwarded1", "forwarded2", "forwarded3", "forwarded4");
    } finally {
      configure("{\"audit_log_forward_endpoint\":\"\"}");
    }
  }

  @Test
  void refusesEndpointsThatAreNone() throws Exception {
    for (String endpoint : List.of("http://logs.example.com", "tcp://", "tls://a:b", "a b")) {
      assertThat(
              admin
                  .put("/configurations", "{\"audit_log_forward_endpoint\":\"" + endpoint + "\"}")
                  .status())
          .as(endpoint)
          .isEqualTo(400);
    }
  }

  @Test
  void showsARobotOfEveryProjectTheLogsOfProjects() throws Exception {
    assertThat(admin.post("/projects", "{\"project_name\":\"watched\"}").status()).isEqualTo(201);
    ApiAnswer created =
        admin.post(
            "/robots",
            """
            {"name":"watcher","level":"system","duration":-1,"permissions":[
              {"kind":"project","namespace":"*","access":[{"resource":"log","action":"list"}]}]}
            """);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    ApiClient robot =
        admin.as(
            created.json().get("name").text().orElseThrow(),
            created.json().get("secret").text().orElseThrow());

    List<String> types = robot.get("/audit-logs?page_size=100").texts("resource_type");

    assertThat(types).contains("project").doesNotContain("user", "configuration");
    assertThat(robot.get("/audit-logs").header("X-Total-Count")).isNotEqualTo("0");
  }

  private static List<String> logged(String query) throws Exception {
    return admin.get("/auditlog-exts?page_size=100&q=" + query).texts("resource");
  }

  private static void configure(String settings) throws Exception {
    assertThat(admin.put("/configurations", settings).status()).isEqualTo(200);
  }

  /** Takes messages that are framed by their length. */
  private static final class Receiver implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> messages = new CopyOnWriteArrayList<>();

    Receiver() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    List<String> about(String word) {
      return messages.stream().filter(line -> line.contains(word)).toList();
    }

    private void accept() {
      try {
        while (true) {
          try (Socket socket = server.accept()) {
            read(socket.getInputStream());
          }
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private void read(InputStream in) throws IOException {
      StringBuilder length = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c != ' ') {
          length.append(new String(new byte[] {(byte) c}, US_ASCII));
        } else {
          messages.add(new String(in.readNBytes(Integer.parseInt(length.toString())), UTF_8));
          length.setLength(0);
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
