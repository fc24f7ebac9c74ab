package dev.breakwater.storage.sql.member;

import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.query.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 200,000 memberships. */
final class MemberPlansTest {
  private final Database database = LargeRegistry.database();

  @ParameterizedTest
  @ValueSource(strings = {"", "entity_name=~user1"})
  void listsAPage(String query) {
    Conditions conditions =
        PgMemberRepository.COLUMNS.narrow(
            PgMemberRepository.scope(7), QueryParser.conditions(query));

    Plan.of(
            database,
            PgMemberRepository.COLUMNS.page(
                PgMemberRepository.SELECT, conditions, new ListRequest(List.of(), List.of(), 0, 9)),
            conditions.parameters(0, 9))
        .readsByIndex()
        .doesNotSort();
    Plan.of(database, PgMemberRepository.COUNT + conditions.where(), conditions.parameters())
        .readsByIndex();
  }

  @Test
  void findsAMember() {
    Plan.of(database, PgMemberRepository.FIND, 7L, 7L).readsByIndex();
    Plan.of(database, PgMemberRepository.CHANGE_ROLE, 7L, 7L, (short) 1).readsByIndex();
    Plan.of(database, PgMemberRepository.REMOVE, 7L, 7L).readsByIndex();
  }
}
