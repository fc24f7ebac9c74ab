package dev.breakwater.storage.sql.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.project.Visibility;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 20,000 projects, half of them public, and 200,000 memberships. */
final class ProjectPlansTest {
  private static final long USER = 7;

  private final Database database = LargeRegistry.database();

  @Test
  void findsAProject() {
    Plan.of(database, PgProjectRepository.FIND_BY_NAME, "project7").readsByIndex();
    Plan.of(database, PgProjectRepository.FIND_BY_ID, 7L).readsByIndex();
  }

  @Test
  void findsWhatBelongsToProjects() {
    Plan.of(database, MetadataRows.FIND, (Object) new Long[] {1L, 2L, 3L}).readsByIndex();
    Plan.of(database, PgProjectRepository.COUNT_MEMBERS, 7L).readsByIndex();
    Plan.of(database, PgProjectRepository.COUNT_REPOSITORIES, 7L).findsByIndex();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                | ``",
        "``                | -name",
        "``                | creation_time",
        "``                | -update_time",
        "name=project7     | ``",
        "public=true       | ``",
        "public=false      | -name",
        "name=[project1~project2] | -name",
      })
  void listsAPage(String query, String sort) {
    for (Visibility visibility :
        List.of(
            new Visibility.Everything(),
            new Visibility.OfUser(USER),
            new Visibility.OfProjects(Set.of(3L, 5L, 7L)),
            Visibility.ofAnybody())) {
      ListRequest request =
          new ListRequest(QueryParser.conditions(query), QueryParser.orders(sort), 0, 100);
      Conditions conditions =
          ProjectList.narrowed(ProjectList.scope(visibility, request), Optional.empty(), request);
      String page = ProjectList.page(conditions, request);
      Plan plan = Plan.of(database, page, conditions.parameters(0, 100)).readsByIndex();
      if (!query.equals("public=false")) {
        // Private projects of a member are few, and found by their memberships.
        plan.doesNotSort();
      }
      for (Conditions part : ProjectList.disjoint(visibility, request)) {
        ProjectList.narrowed(part, Optional.empty(), request);
        Plan.of(database, ProjectList.count(part.where()), part.parameters()).neverScans("project");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-name", "creation_time"})
  void saysHowManyThereAreAtOnce(String sort) {
    for (Visibility visibility :
        List.of(
            new Visibility.Everything(),
            new Visibility.OfUser(USER),
            new Visibility.OfProjects(Set.of(3L, 5L, 7L)))) {
      ListRequest request = new ListRequest(List.of(), QueryParser.orders(sort), 0, 100);
      Conditions all = ProjectList.scope(visibility, request);

      Plan.of(database, ProjectList.pageAndTotal(visibility, all, request), all.parameters(0, 100))
          .neverScans("project");
    }
  }

  @Test
  void readsTheProjectsOfAPage() {
    Plan.of(database, PgProjectRepository.FIND_ALL, (Object) new Long[] {3L, 5L, 7L})
        .findsByIndex();
  }

  @Test
  void showsAMemberTheirProjects() {
    Slice<Long> page =
        Await.value(
            new PgProjectRepository(database)
                .listIds(
                    new Visibility.OfUser(USER),
                    Optional.empty(),
                    new ListRequest(QueryParser.conditions("public=false"), List.of(), 0, 100)));

    assertThat(page.total()).isEqualTo(page.elements().size()).isPositive();
  }
}
