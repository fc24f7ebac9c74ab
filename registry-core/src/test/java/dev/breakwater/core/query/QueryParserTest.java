package dev.breakwater.core.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.Condition.AllOf;
import dev.breakwater.core.query.Condition.AnyOf;
import dev.breakwater.core.query.Condition.Exact;
import dev.breakwater.core.query.Condition.Fuzzy;
import dev.breakwater.core.query.Condition.Range;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {
  @Test
  void readsEveryForm() {
    assertThat(
            QueryParser.conditions(
                "name=web,comment=~a b,id=[1~3],creation_time=[~2026-01-01T00:00:00],"
                    + "kind={a 'b c' \"d,}e\" 4},labels=(1 2),tag=\\~x"))
        .containsExactly(
            new Exact("name", "web"),
            new Fuzzy("comment", "a b"),
            new Range("id", Optional.of("1"), Optional.of("3")),
            new Range("creation_time", Optional.empty(), Optional.of("2026-01-01T00:00:00")),
            new AnyOf("kind", List.of("a", "b c", "d,}e", "4")),
            new AllOf("labels", List.of("1", "2")),
            new Exact("tag", "~x"));
    assertThat(QueryParser.conditions("")).isEmpty();
    assertThat(QueryParser.conditions("id=['1'~]"))
        .containsExactly(new Range("id", Optional.of("1"), Optional.empty()));
    assertThat(QueryParser.conditions("name=a=b")).containsExactly(new Exact("name", "a=b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "=x",
        "name=",
        ",",
        "name=x,",
        "name=~",
        "id=[1]",
        "id=[~]",
        "id=[1~2",
        "id=[1~2]x",
        "k={}",
        "k={a",
        "k={'a}",
        "k=(a}",
        "k=\\",
        "k={a}b",
        "a=1,,b=2",
        " =x"
      })
  void refusesWhatIsMalformed(String text) {
    assertThatThrownBy(() -> QueryParser.conditions(text))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }

  @Test
  void refusesWhatIsTooLarge() {
    for (String text :
        List.of(
            "a=" + "b".repeat(5000), "a=1,".repeat(30) + "a=1", "a={" + "1 ".repeat(101) + "}")) {
      assertThatThrownBy(() -> QueryParser.conditions(text))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining(" than ");
    }
    assertThatThrownBy(() -> QueryParser.orders("a,".repeat(11)))
        .isInstanceOf(RegistryException.class);
  }

  @Test
  void readsOrders() {
    assertThat(QueryParser.orders("name,-creation_time,,"))
        .containsExactly(new Order("name", false), new Order("creation_time", true));
    assertThat(QueryParser.orders("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "name desc", "name;--", "(select 1)", "name'", "na\u0000me", "--x"})
  void refusesOrdersThatAreNoNames(String text) {
    assertThatThrownBy(() -> QueryParser.orders(text))
        .isInstanceOfSatisfying(
            RegistryException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }
}
