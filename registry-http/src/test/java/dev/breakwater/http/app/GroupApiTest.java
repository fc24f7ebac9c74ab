package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GroupApiTest {
  private static final String GROUPS = "/api/v2.0/usergroups";
  private static final byte[] NONE = new byte[0];

  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
  }

  @Test
  void createsShowsRenamesAndDeletesAGroup() throws Exception {
    HttpResponse<byte[]> created = post("{\"group_name\":\"readers\",\"group_type\":3}");
    String location = created.headers().firstValue("Location").orElseThrow();

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(location).matches(GROUPS + "/\\d+");
    JsonValue group = Json.parse(registry.send("GET", location, NONE).body());
    assertThat(group.get("group_name").text()).contains("readers");
    assertThat(group.get("group_type").wholeNumber()).hasValue(3);
    assertThat(group.members()).doesNotContainKey("ldap_group_dn");

    assertThat(
            registry
                .send("PUT", location, "{\"group_name\":\"authors\"}".getBytes(UTF_8))
                .statusCode())
        .isEqualTo(200);
    assertThat(Json.parse(registry.send("GET", location, NONE).body()).get("group_name").text())
        .contains("authors");
    assertThat(registry.send("DELETE", location, NONE).statusCode()).isEqualTo(200);
    assertThat(registry.send("GET", location, NONE).statusCode()).isEqualTo(404);
    assertThat(registry.send("DELETE", location, NONE).statusCode()).isEqualTo(404);
  }

  @Test
  void refusesASecondGroupOfTheNameOrTheDistinguishedName() throws Exception {
    String first = "{\"group_name\":\"a\",\"group_type\":1,\"ldap_group_dn\":\"cn=a,dc=b\"}";
    String same = "{\"group_name\":\"other\",\"group_type\":1,\"ldap_group_dn\":\"CN=A, DC=B\"}";

    assertThat(post(first).statusCode()).isEqualTo(201);
    assertThat(post(same).statusCode()).isEqualTo(409);
    assertThat(post("{\"group_name\":\"x\",\"group_type\":2}").statusCode()).isEqualTo(201);
    assertThat(post("{\"group_name\":\"x\",\"group_type\":2}").statusCode()).isEqualTo(409);
    assertThat(post("{\"group_name\":\"x\",\"group_type\":3}").statusCode()).isEqualTo(201);
    JsonValue found =
        Json.parse(registry.send("GET", GROUPS + "?ldap_group_dn=cn=A,dc=b", NONE).body());
    assertThat(found.elements()).hasSize(1);
    assertThat(found.elements().getFirst().get("ldap_group_dn").text()).contains("cn=a,dc=b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"group_name\":\"\",\"group_type\":3}",
        "{\"group_name\":\"y\",\"group_type\":4}",
        "{\"group_name\":\"y\"}",
        "{\"group_name\":7,\"group_type\":3}",
        "{\"group_name\":\"y\",\"group_type\":1}",
        "{\"group_name\":\"y\",\"group_type\":1,\"ldap_group_dn\":\"nonsense\"}",
        "{\"group_name\":\"y\",\"group_type\":3,\"ldap_group_dn\":\"cn=a,dc=b\"}",
        "{\"group_name\":\"y\\u0000\",\"group_type\":3}"
      })
  void refusesAGroupThatIsNone(String body) throws Exception {
    assertThat(post(body).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "_", "' OR 1=1 --", "\\", "x'; DROP TABLE user_group; --"})
  void takesWhatLooksLikeSqlOrAPatternForAName(String name) throws Exception {
    post("{\"group_name\":\"plain\",\"group_type\":3}");

    HttpResponse<byte[]> found =
        registry.send("GET", GROUPS + "/search?groupname=" + URLEncoder.encode(name, UTF_8), NONE);

    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(Json.parse(found.body()).elements()).isEmpty();
    assertThat(found.headers().firstValue("X-Total-Count")).contains("0");
  }

  @ParameterizedTest
  @CsvSource({"GET,''", "POST,''", "GET,/1", "PUT,/1", "DELETE,/1", "GET,/search?groupname=a"})
  void tellsStrangersNothing(String method, String path) throws Exception {
    RunningRegistry.RawAnswer answer =
        registry.raw(
            method
                + " "
                + GROUPS
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 36\r\nConnection: close\r\n\r\n"
                + "{\"group_name\":\"strs\",\"group_type\":3}");

    assertThat(answer.status()).isEqualTo(401);
  }

  private static HttpResponse<byte[]> post(String body) throws Exception {
    return registry.send("POST", GROUPS, body.getBytes(UTF_8));
  }
}
