package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserApiTest {
  private static final String USERS = "/api/v2.0/users";

  @RegisterExtension private static final OneRegistry registry = new OneRegistry();

  private final String name = "u" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void makesAUserWhoLogsInAndSeesThemselves() {
    long id = create(name);
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);

    ApiAnswer current = user.get(USERS + "/current").require(200);

    assertThat(current.json().members())
        .containsOnlyKeys(
            "email",
            "realname",
            "user_id",
            "username",
            "sysadmin_flag",
            "admin_role_in_auth",
            "creation_time",
            "update_time");
    assertThat(current.json().get("user_id").wholeNumber()).hasValue(id);
    assertThat(current.body()).doesNotContain("password").doesNotContain("pbkdf2");
    assertThat(user.get(USERS + "/" + id).status()).isEqualTo(200);
    assertThat(user.get("/v2/").status()).isEqualTo(200);
    assertThat(registry.anonymous().get(USERS + "/current").status()).isEqualTo(401);
  }

  @Test
  void showsNobodyElseToAUserAndNotEvenWhetherTheyExist() {
    create(name);
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);

    for (String id : List.of("1", "999999")) {
      assertThat(user.get(USERS + "/" + id).status()).isEqualTo(403);
      assertThat(user.put(USERS + "/" + id, "{\"realname\":\"x\"}").status()).isEqualTo(403);
      assertThat(user.delete(USERS + "/" + id).status()).isEqualTo(403);
      assertThat(user.put(USERS + "/" + id + "/sysadmin", "{\"sysadmin_flag\":true}").status())
          .isEqualTo(403);
      assertThat(
              user.put(USERS + "/" + id + "/password", "{\"new_password\":\"Hijacked123\"}")
                  .status())
          .isEqualTo(403);
    }
    assertThat(user.get(USERS).status()).isEqualTo(403);
    assertThat(registry.admin().get(USERS + "/999999").status()).isEqualTo(404);
    assertThat(registry.admin().get(USERS + "/nobody").status()).isEqualTo(422);
  }

  @Test
  void doesNotLetAUserMakeThemselvesAdministrator() {
    long id = create(name);
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);

    assertThat(user.put(USERS + "/" + id + "/sysadmin", "{\"sysadmin_flag\":true}").status())
        .isEqualTo(403);
    assertThat(user.put(USERS + "/" + id, "{\"realname\":\"x\",\"sysadmin_flag\":true}").status())
        .isEqualTo(200);
    assertThat(registry.admin().get(USERS + "/" + id).body()).contains("\"sysadmin_flag\":false");

    registry.admin().put(USERS + "/" + id + "/sysadmin", "{\"sysadmin_flag\":true}").require(200);

    assertThat(user.get(USERS).status()).isEqualTo(200);
    assertThat(registry.admin().put(USERS + "/1/sysadmin", "{\"sysadmin_flag\":false}").status())
        .isEqualTo(403);
  }

  @Test
  void changesAPasswordAtOnceWithTheOldOne() {
    long id = create(name);
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);
    String path = USERS + "/" + id + "/password";
    assertThat(user.get("/v2/").status()).isEqualTo(200);

    assertThat(user.put(path, passwords("Wrong12345", "Better12345")).status()).isEqualTo(403);
    assertThat(user.put(path, passwords("", "Better12345")).status()).isEqualTo(403);
    assertThat(user.put(path, passwords(ApiClient.USER_PASSWORD, "weak")).status()).isEqualTo(400);
    assertThat(user.put(path, passwords(ApiClient.USER_PASSWORD, ApiClient.USER_PASSWORD)).status())
        .isEqualTo(400);
    user.put(path, passwords(ApiClient.USER_PASSWORD, "Better12345")).require(200);

    assertThat(user.get("/v2/").status()).isEqualTo(401);
    assertThat(registry.as(name, "Better12345").get("/v2/").status()).isEqualTo(200);
    registry.admin().put(path, "{\"new_password\":\"ByAdmin12345\"}").require(200);
    assertThat(registry.as(name, "ByAdmin12345").get("/v2/").status()).isEqualTo(200);
  }

  @Test
  void deletesAUserAtOnceAndFreesTheName() {
    long id = create(name);
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);
    ApiClient bearer = registry.bearer(user.token("repository:library/x:pull"));
    assertThat(bearer.get("/v2/").status()).isEqualTo(200);

    registry.admin().delete(USERS + "/" + id).require(200);

    assertThat(user.get("/v2/").status()).isEqualTo(401);
    assertThat(bearer.get("/v2/").status()).isEqualTo(401);
    assertThat(registry.admin().delete(USERS + "/" + id).status()).isEqualTo(404);
    assertThat(registry.admin().delete(USERS + "/1").status()).isEqualTo(403);
    assertThat(create(name)).isNotEqualTo(id);
  }

  @Test
  void listsAndSearchesUsers() {
    create(name);

    ApiAnswer list =
        registry.admin().get(USERS + "?q=username%3D~" + name + "&page_size=1").require(200);
    ApiAnswer found =
        registry
            .as(name, ApiClient.USER_PASSWORD)
            .get(USERS + "/search?username=" + name.substring(1))
            .require(200);

    assertThat(list.header("X-Total-Count")).isEqualTo("1");
    assertThat(list.body()).contains("\"username\":\"" + name + "\"");
    assertThat(found.json().elements().getFirst().members())
        .containsOnlyKeys("user_id", "username");
    assertThat(registry.admin().get(USERS + "?q=password_hash%3D~a").status()).isEqualTo(400);
    assertThat(registry.admin().get(USERS + "/search").status()).isEqualTo(422);
    assertThat(registry.anonymous().get(USERS + "/search?username=a").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"username\":\"a,b\",\"password\":\"Harbour12345\"}",
        "{\"username\":\"a:b\",\"password\":\"Harbour12345\"}",
        "{\"username\":\" a\",\"password\":\"Harbour12345\"}",
        "{\"username\":\"robot$x\",\"password\":\"Harbour12345\"}",
        "{\"username\":\"a\",\"password\":\"harbour12345\"}",
        "{\"username\":\"a\",\"password\":\"Short1\"}",
        "{\"username\":\"a\",\"password\":\"Harbour12345\",\"email\":\"nobody\"}",
        "{\"username\":7,\"password\":\"Harbour12345\"}"
      })
  void refusesAUserThatThereCannotBe(String body) {
    ApiAnswer answer = registry.admin().post(USERS, body);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("12345");
  }

  @Test
  void letsNobodyButAdministratorsMakeUsers() {
    create(name);

    assertThat(registry.anonymous().post(USERS, user("x" + name)).status()).isEqualTo(401);
    assertThat(registry.as(name, ApiClient.USER_PASSWORD).post(USERS, user("x" + name)).status())
        .isEqualTo(403);
    assertThat(registry.admin().post(USERS, user(name)).status()).isEqualTo(409);
  }

  @Test
  void tellsWhatOneMayDo() {
    create(name);
    String path = USERS + "/current/permissions";
    ApiClient user = registry.as(name, ApiClient.USER_PASSWORD);

    assertThat(user.get(path + "?scope=/project/1&relative=true").require(200).body())
        .contains("{\"resource\":\"repository\",\"action\":\"pull\"}")
        .contains("{\"resource\":\".\",\"action\":\"read\"}")
        .doesNotContain("push");
    assertThat(user.get(path + "?scope=/project/1").require(200).body())
        .contains("{\"resource\":\"/project/1/repository\",\"action\":\"pull\"}");
    assertThat(user.get(path + "?scope=/system").require(200).body()).isEqualTo("[]");
    assertThat(registry.admin().get(path + "?scope=/system&relative=true").require(200).body())
        .contains("{\"resource\":\"user\",\"action\":\"create\"}");
    assertThat(user.get(path).require(200).body()).isEqualTo("[]");
    assertThat(user.get(path + "?scope=/project/999").require(200).body()).isEqualTo("[]");
  }

  @Test
  void hasNoCliSecretsWithoutAProvider() {
    long id = create(name);

    assertThat(
            registry
                .admin()
                .put(USERS + "/" + id + "/cli_secret", "{\"secret\":\"Harbour12345\"}")
                .status())
        .isEqualTo(412);
  }

  @Test
  void slowsDownGuessesAndLetsTheOwnerIn() {
    create(name);
    ApiClient owner = registry.as(name, ApiClient.USER_PASSWORD);
    assertThat(owner.get("/v2/").status()).isEqualTo(200);

    List<Integer> answers = new ArrayList<>();
    ApiAnswer last = owner.get("/v2/");
    for (int i = 0; i < 30 && last.status() != 429; i++) {
      last = registry.as(name, "Guess12345" + i).get("/v2/");
      answers.add(last.status());
    }

    assertThat(answers).contains(401, 429);
    assertThat(last.header("Retry-After")).isNotEmpty();
    assertThat(owner.get("/v2/").status()).isEqualTo(200);
    assertThat(registry.admin().get("/v2/").status()).isEqualTo(200);
  }

  private static long create(String username) {
    return registry.admin().createUser(username);
  }

  private static String user(String username) {
    return """
    {"username":"%s","password":"%s","email":"%s@example.org","realname":"Some One"}\
    """
        .formatted(username, ApiClient.USER_PASSWORD, username);
  }

  private static String passwords(String old, String fresh) {
    return "{\"old_password\":\"" + old + "\",\"new_password\":\"" + fresh + "\"}";
  }
}
