package dev.breakwater.benchmarks.row;

import dev.breakwater.benchmarks.client.Connection;
import dev.breakwater.benchmarks.client.RegistryClient;
import dev.breakwater.benchmarks.registry.Product;
import dev.breakwater.benchmarks.registry.RunningRegistry;
import dev.breakwater.benchmarks.report.Goal;
import dev.breakwater.benchmarks.report.Metric;
import dev.breakwater.benchmarks.report.Sample;
import dev.breakwater.benchmarks.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lists of tags, artifacts and repositories where there are many. */
public final class ArtifactPages implements Row.Alone {
  private static final int VISIT = 300;
  private static final int WARM_UP = 500;
  private static final int PAGES = 10;
  private static final String TAGS = "/projects/library/repositories/tags/artifacts?";
  private static final String ONE = "/projects/many/repositories/r%05d/artifacts?";
  private static final String ALL = "/projects/many/artifacts?page=%d&";

  private static final TimedGet LAST_PAGE =
      new TimedGet("100,000 tags, page 1000", "/api/v2.0" + TAGS + "page=1000&page_size=100", 1);

  private static final List<TimedGet> OF_MANY_TAGS =
      List.of(
          new TimedGet(
              "100,000 tags, tags/list anywhere",
              "/v2/library/tags/tags/list?n=100&last=v%06d",
              ManyArtifacts.TAGS),
          pages("100,000 tags, artifacts", TAGS + "page=%d&"),
          pages("100,000 tags, by time", TAGS + "sort=push_time&page=%d&"));

  private static final List<TimedGet> OF_MANY_ARTIFACTS =
      List.of(
          repositories("of a repository", ONE),
          repositories(
              "of a repository, labels and accessories",
              ONE + "with_label=true&with_accessory=true&"),
          repositories("of a repository, tagged", ONE + "q=tags=*&"),
          repositories("of a repository, untagged", ONE + "q=tags=nil&"),
          repositories("of a repository, tag", ONE + "q=tags=~77&"),
          repositories("of a repository, charts", ONE + "q=type=CHART&"),
          repositories("of a repository, by size", ONE + "sort=-size&"),
          pages("of the project", ALL),
          pages("of the project, latest", ALL + "latest_in_repository=true&"),
          pages("of the project, tagged", ALL + "q=tags=*&"),
          pages("of the project, untagged", ALL + "q=tags=nil&"),
          pages("of the project, tag", ALL + "q=tags=v000777&"),
          pages("of the project, part of a tag", ALL + "q=tags=~0777&"),
          pages("of the project, charts", ALL + "q=type=CHART&"),
          pages(
              "of the project, media type",
              ALL + "q=media_type=application/vnd.cncf.helm.config.v1%%2Bjson&"),
          new TimedGet(
              "of the project, digest",
              n -> "/api/v2.0/projects/many/artifacts?q=digest=" + ManyArtifacts.digest(n),
              99_999),
          pages("of the project, label", ALL + "q=labels=(1)&"),
          pages("of the project, two labels", ALL + "q=labels=(1 2)&".replace(" ", "%%20")),
          pages("of the project, pushed", ALL + "q=push_time=[2020-01-01T00:00:00~]&"),
          pages("of the project, pulled", ALL + "q=pull_time=[2020-01-01T00:00:00~]&"),
          pages("of the project, repository", ALL + "q=repository_name=many/r00777&"),
          pages("of the project, by push", ALL + "sort=push_time&"),
          pages("of the project, by pull", ALL + "sort=-pull_time&"),
          pages("of the project, by size", ALL + "sort=-size&"),
          pages("of the project, by type", ALL + "sort=type&"),
          pages("of the project, by digest", ALL + "sort=digest&"),
          pages("of the project, by media type", ALL + "sort=media_type&"),
          pages("of the project, by artifact type", ALL + "sort=-artifact_type&"),
          pages("of the project, by the manifest's type", ALL + "sort=manifest_media_type&"),
          pages("of the project, with children", ALL + "q=base=*&"),
          new TimedGet(
              "of the project, part of a digest",
              n ->
                  "/api/v2.0/projects/many/artifacts?q=digest=~"
                      + ManyArtifacts.digest(n).substring(20, 28),
              99_999),
          pages("of the project, four digits of a digest", ALL + "q=digest=~abcd&"),
          pages("of the project, start of a digest", ALL + "q=digest=~sha256:ab&"),
          pages("repositories", "/projects/many/repositories?page=%d&"),
          pages("repositories, part of a name", "/projects/many/repositories?q=name=~r01&page=%d&"),
          pages("repositories, by name", "/projects/many/repositories?sort=-name&page=%d&"),
          pages("repositories, by update", "/projects/many/repositories?sort=update_time&page=%d&"),
          pages("repositories of all", "/repositories?page=%d&"),
          new TimedGet("search", "/api/v2.0/search?q=r%04d", 999));

  private static TimedGet pages(String what, String path) {
    return new TimedGet(what, "/api/v2.0" + path + "page_size=100", PAGES);
  }

  private static TimedGet repositories(String what, String path) {
    return new TimedGet(what, "/api/v2.0" + path + "page_size=100", ManyArtifacts.REPOSITORIES);
  }

  @Override
  public String name() {
    return "artifact-pages";
  }

  @Override
  public String title() {
    return "100 rows of lists of artifacts, one connection; a repository of 100,000 tags, a project"
        + " of 1,000,000 artifacts in 10,000 repositories";
  }

  @Override
  public List<Metric> metrics() {
    return requests().flatMap(get -> Stream.of(get.median(), get.slowest())).toList();
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    for (TimedGet get : OF_MANY_TAGS) {
      goals.add(new Goal.AtMost(5, get.median()));
      goals.add(new Goal.AtMost(20, get.slowest()));
    }
    goals.add(new Goal.AtMost(100, LAST_PAGE.slowest()));
    OF_MANY_ARTIFACTS.forEach(get -> goals.add(new Goal.AtMost(30, get.slowest())));
    goals.add(new Goal.NoFailure());
    return goals;
  }

  /** The others have no such lists. */
  @Override
  public List<Sample> run(Product product, Path folder, int rounds)
      throws IOException, InterruptedException {
    if (!product.name().equals(Verdict.OURS)) {
      return List.of();
    }
    try (RunningRegistry registry = RunningRegistry.start(product, folder)) {
      ManyArtifacts.moveIn(folder.resolve("data"));
      return visits(registry, rounds);
    }
  }

  /** The connection is opened here: the server closes one that says nothing for a minute. */
  private List<Sample> visits(RunningRegistry registry, int rounds) throws IOException {
    try (RegistryClient client = registry.client()) {
      String admin = client.basic().orElseThrow();
      List<Sample> samples = new ArrayList<>();
      visit(client.connection(), admin, WARM_UP);
      for (int round = 0; round < rounds; round++) {
        samples.add(visit(client.connection(), admin, VISIT));
      }
      return samples;
    }
  }

  private static Sample visit(Connection connection, String admin, int times) throws IOException {
    Map<Metric, Double> values = new HashMap<>();
    for (TimedGet get : requests().toList()) {
      values.putAll(get.time(connection, admin, times));
    }
    return Sample.of(values);
  }

  private static Stream<TimedGet> requests() {
    return Stream.of(OF_MANY_TAGS, List.of(LAST_PAGE), OF_MANY_ARTIFACTS).flatMap(List::stream);
  }
}
