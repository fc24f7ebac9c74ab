package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemberApiTest {
  @RegisterExtension static final OneRegistry REGISTRY = new OneRegistry();

  private static RunningRegistry registry;
  private static ApiClient admin;
  private static ApiClient alice;
  private static ApiClient mallory;

  @BeforeAll
  static void start() throws Exception {
    registry = REGISTRY.running();
    admin = ApiClient.admin(registry).ofApi();
    alice = admin.newUser("alice");
    mallory = admin.newUser("mallory");
  }

  @Test
  void givesChangesAndTakesARole() throws Exception {
    create(alice, "team");
    ApiClient bob = admin.newUser("bob");

    ApiAnswer added = add(alice, "team", "bob", 3);

    assertThat(added.status()).isEqualTo(201);
    String member = added.header("Location").replace("/api/v2.0", "");
    assertThat(member).matches("/projects/[0-9]+/members/[0-9]+");
    ApiAnswer found = alice.get(member);
    assertThat(found.json().get("entity_name").text()).contains("bob");
    assertThat(found.json().get("entity_type").text()).contains("u");
    assertThat(found.json().get("role_name").text()).contains("guest");
    assertThat(bob.get("/projects/team").json().get("current_user_role_id").wholeNumber())
        .hasValue(3);
    assertThat(bob.put("/projects/team", "{}").status()).isEqualTo(403);
    assertThat(add(alice, "team", "bob", 1).code()).isEqualTo("CONFLICT");

    assertThat(alice.put(member, "{\"role_id\":1}").status()).isEqualTo(200);
    assertThat(bob.put("/projects/team", "{}").status()).as("at once").isEqualTo(200);

    assertThat(alice.delete(member).status()).isEqualTo(200);
    assertThat(bob.get("/projects/team").status()).as("at once").isEqualTo(403);
    assertThat(alice.get(member).status()).isEqualTo(404);
    assertThat(alice.delete(member).status()).isEqualTo(404);
    assertThat(alice.put(member, "{\"role_id\":1}").status()).isEqualTo(404);
  }

  @Test
  void listsMembersByName() throws Exception {
    create(alice, "listed");
    admin.newUser("carl");
    add(alice, "listed", "carl", 2);

    assertThat(alice.get("/projects/listed/members").texts("entity_name"))
        .containsExactly("alice", "carl");
    assertThat(alice.get("/projects/listed/members?entityname=AR").texts("entity_name"))
        .containsExactly("carl");
    ApiAnswer page = alice.get("/projects/listed/members?page_size=1&page=2");
    assertThat(page.texts("entity_name")).containsExactly("carl");
    assertThat(page.header("X-Total-Count")).isEqualTo("2");
    assertThat(alice.get("/projects/listed/members?entityname=%25").texts("role_name")).isEmpty();
    assertThat(alice.get("/projects/listed/members?entityname='%20OR%201=1--").json().size())
        .isZero();
  }

  @Test
  void addsGroupsThatAreThere() throws Exception {
    create(alice, "grouped");

    assertThat(
            alice
                .post("/projects/grouped/members", "{\"role_id\":2,\"member_group\":{\"id\":99}}")
                .status())
        .isEqualTo(404);
    assertThat(
            alice
                .post(
                    "/projects/grouped/members",
                    "{\"role_id\":2,\"member_group\":{\"ldap_group_dn\":\"cn=x,dc=y\"}}")
                .status())
        .isBetween(400, 404);
  }

  @Test
  void refusesWhatIsNoMember() throws Exception {
    create(alice, "strict");
    String members = "/projects/strict/members";

    for (String body :
        List.of(
            "{}",
            "{\"role_id\":1}",
            "{\"role_id\":0,\"member_user\":{\"username\":\"bob\"}}",
            "{\"role_id\":6,\"member_user\":{\"username\":\"mallory\"}}",
            "{\"role_id\":-1,\"member_user\":{\"username\":\"mallory\"}}",
            "{\"role_id\":\"1\",\"member_user\":{\"username\":\"mallory\"}}",
            "{\"role_id\":1,\"member_user\":{\"username\":\"\"}}",
            "{\"role_id\":1,\"member_user\":{\"username\":\"mallory\"},\"member_group\":{\"id\":1}}",
            "[]",
            "{")) {
      assertThat(alice.post(members, body).status()).as(body).isEqualTo(400);
    }
    assertThat(add(alice, "strict", "nobody", 1).status()).isEqualTo(404);
    assertThat(add(alice, "strict", "x' OR '1'='1", 1).status()).isEqualTo(404);
    assertThat(alice.get(members + "/one").status()).isEqualTo(422);
    assertThat(alice.get(members + "/9223372036854775808").status()).isEqualTo(422);
    assertThat(alice.get(members + "/0").status()).isEqualTo(404);
    assertThat(alice.put(members + "/0", "{\"role_id\":9}").status()).isEqualTo(400);
  }

  @Test
  void reachesNoMemberOfAnotherProject() throws Exception {
    create(alice, "hers");
    create(mallory, "mine");
    String foreign =
        alice
                .get("/projects/hers/members")
                .json()
                .elements()
                .getFirst()
                .get("id")
                .wholeNumber()
                .orElseThrow()
            + "";

    assertThat(mallory.get("/projects/mine/members/" + foreign).status()).isEqualTo(404);
    assertThat(mallory.put("/projects/mine/members/" + foreign, "{\"role_id\":5}").status())
        .isEqualTo(404);
    assertThat(mallory.delete("/projects/mine/members/" + foreign).status()).isEqualTo(404);
    assertThat(mallory.get("/projects/hers/members").status()).isEqualTo(403);
    assertThat(mallory.get("/projects/hers/members/" + foreign).status()).isEqualTo(403);
    assertThat(mallory.delete("/projects/hers/members/" + foreign).status()).isEqualTo(403);
    assertThat(add(mallory, "hers", "mallory", 1).status()).isEqualTo(403);
    assertThat(ApiClient.anonymous(registry).ofApi().get("/projects/hers/members").status())
        .isEqualTo(401);
    assertThat(alice.get("/projects/hers").status()).isEqualTo(200);
  }

  @Test
  void letsNoMaintainerRaiseThemselves() throws Exception {
    create(alice, "raised");
    ApiClient dora = admin.newUser("dora");
    String own = add(alice, "raised", "dora", 4).header("Location").replace("/api/v2.0", "");

    assertThat(dora.get("/projects/raised/members").status()).isEqualTo(200);
    assertThat(dora.put(own, "{\"role_id\":1}").status()).isEqualTo(403);
    assertThat(add(dora, "raised", "mallory", 5).status()).isEqualTo(403);
  }

  private static ApiAnswer add(ApiClient client, String project, String username, int role)
      throws Exception {
    return client.post(
        "/projects/" + project + "/members",
        "{\"role_id\":%d,\"member_user\":{\"username\":\"%s\"}}".formatted(role, username));
  }

  private static void create(ApiClient client, String name) throws Exception {
    ApiAnswer answer = client.post("/projects", "{\"project_name\":\"" + name + "\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }
}
