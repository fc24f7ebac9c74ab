package dev.breakwater.storage.sql.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.storage.sql.Await;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.LargeRegistry;
import dev.breakwater.storage.sql.Plan;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.query.Conditions;
import io.r2dbc.spi.Readable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserPlansTest {
  private final Database database = LargeRegistry.database();

  @Test
  void findsAUser() {
    Plan.of(database, PgUserRepository.FIND_BY_NAME, "user7").readsByIndex();
    Plan.of(database, PgUserRepository.FIND, 7L).readsByIndex();
  }

  @Test
  void findsUsersByAPartOfTheirNames() {
    ListRequest request =
        new ListRequest(List.of(new Condition.Fuzzy("username", "user77")), List.of(), 0, 10);
    Conditions conditions =
        PgUserAccountRepository.COLUMNS.narrow(
            PgUserAccountRepository.present(), request.conditions());

    Plan.of(database, PgUserAccountRepository.COUNT + conditions.where(), conditions.parameters())
        .findsByIndex();
    Plan.of(
            database,
            PgUserAccountRepository.page(conditions, request),
            conditions.parameters(0, 10))
        .findsByIndex();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "username", "-username", "-creation_time", "update_time", "email", "realname"})
  void listsAPageInOrder(String sort) {
    ListRequest request = new ListRequest(List.of(), QueryParser.orders(sort), 0, 100);
    Conditions present = PgUserAccountRepository.present();
    String keys =
        PgUserAccountRepository.COLUMNS.page("SELECT username FROM app_user", present, request);

    Plan.of(database, keys, present.parameters(0, 100)).readsByIndex();
    Plan.of(database, PgUserAccountRepository.page(present, request), present.parameters(0, 100))
        .findsByIndex();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user10000"})
  void listsAPageByName(String from) {
    Plan.of(database, UsersByName.PAGE, from, 5_000, 100).neverScans("app_user");
  }

  @Test
  void knowsHowManyUsersThereAre() {
    long kept = Await.value(database.one(PgUserAccountRepository.COUNT_ALL, this::number));
    long counted =
        Await.value(
            database.one(
                PgUserAccountRepository.COUNT + PgUserAccountRepository.present().where(),
                this::number));

    assertThat(kept).isEqualTo(counted).isGreaterThanOrEqualTo(20_000);
  }

  private long number(Readable row) {
    return Rows.number(row, "n");
  }
}
