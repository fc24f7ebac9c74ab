package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Body;
import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lists and permission checks where there are many users, projects and members. */
public final class ListPages implements Row.Alone {
  private static final int VISIT = 500;
  private static final int WARM_UP = 2000;
  private static final String PASSWORD = "Harbour-12345";

  private static final List<Request> REQUESTS =
      List.of(
          list("users", "/users?"),
          list("users by time", "/users?sort=-creation_time&"),
          list("users with a name", "/users?q=username=~user01234&"),
          list("users, a page behind", "/users?page=500&"),
          list("search of users", "/users/search?username=user0123&").byMember(),
          list("projects", "/projects?"),
          list("projects of a member", "/projects?").byMember(),
          list("private projects", "/projects?public=false&").byMember(),
          list("projects with a name", "/projects?name=project012&").byMember(),
          list("projects of an owner", "/projects?owner=user%06d&"),
          list("projects by name, back", "/projects?sort=-name&").byMember(),
          list("projects by time", "/projects?sort=-creation_time&").byMember(),
          list("projects, a page behind", "/projects?page=150&"),
          list("members", "/projects/project%05d/members?"),
          list("members with a name", "/projects/project%05d/members?entityname=user&"),
          list("groups", "/usergroups?"),
          list("search of groups", "/usergroups/search?groupname=group01&").byMember(),
          list("robots", "/robots?"),
          list("robots of a project", "/robots?q=Level=project,ProjectID=2&"),
          list("audit log of a project", "/projects/project00001/logs?"),
          list("federations", "/federations?"),
          request(
                  "permissions",
                  "/api/v2.0/users/current/permissions?scope=/project/%d&relative=true")
              .byMember(),
          request("a token", "/service/token?scope=repository:project%05d/app:pull,push")
              .byMember());

  /** A hundred rows, as many as a client may ask for. */
  private static Request list(String what, String path) {
    return request(what, "/api/v2.0" + path + "page_size=100");
  }

  private static Request request(String what, String path) {
    return new Request(new TimedGet(what, path, ManyPeople.PROJECTS), false);
  }

  @Override
  public String name() {
    return "list-pages";
  }

  @Override
  public String title() {
    return "100 rows of each list and permission checks, one connection; 100,000 users, "
        + "20,000 projects, 200,000 memberships";
  }

  @Override
  public List<Metric> metrics() {
    return REQUESTS.stream()
        .flatMap(request -> Stream.of(request.get().median(), request.get().slowest()))
        .toList();
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    REQUESTS.forEach(request -> goals.add(new Goal.AtMost(10, request.get().slowest())));
    goals.add(new Goal.NoFailure());
    return goals;
  }

  /** The others have none of it. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    try (RunningRegistry registry = RunningRegistry.start(product, folder);
        RegistryClient client = registry.client()) {
      String admin = client.basic().orElseThrow();
      String member = makeMember(client.connection(), admin);
      ManyPeople.moveIn(folder.resolve("data"));
      List<Sample> samples = new ArrayList<>();
      visit(client.connection(), admin, member, WARM_UP);
      for (int round = 0; round < rounds; round++) {
        samples.add(visit(client.connection(), admin, member, VISIT));
      }
      return samples;
    }
  }

  private static String makeMember(Connection connection, String admin) throws IOException {
    String user =
        """
        {"username": "member", "email": "member@example.org", "realname": "Member",
         "password": "%s"}
        """
            .formatted(PASSWORD);
    connection
        .send(
            "POST",
            "/api/v2.0/users",
            Map.of("Authorization", admin, "Content-Type", "application/json"),
            new Body.FromBytes(user.getBytes(StandardCharsets.UTF_8)))
        .expect(201);
    byte[] pair = ("member:" + PASSWORD).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static Sample visit(Connection connection, String admin, String member, int times)
      throws IOException {
    Map<Metric, Double> values = new HashMap<>();
    for (Request request : REQUESTS) {
      values.putAll(request.time(connection, request.asMember() ? member : admin, times));
    }
    return Sample.of(values);
  }

  /** What is asked for, and whether by a user who is a member of some projects. */
  private record Request(TimedGet get, boolean asMember) {
    Request byMember() {
      return new Request(get, true);
    }

    Map<Metric, Double> time(Connection connection, String authorization, int times)
        throws IOException {
      return get.time(connection, authorization, times);
    }
  }
}
