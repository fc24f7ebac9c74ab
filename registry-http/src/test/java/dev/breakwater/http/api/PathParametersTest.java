package dev.breakwater.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathParametersTest {
  @Test
  void decodesARepositoryThatWasEncodedTwice() {
    PathParameters path = new PathParameters(List.of("a%2Fb", "a/b", "a+b", "%zz"));

    assertThat(path.repository(0)).isEqualTo("a/b");
    assertThat(path.repository(1)).isEqualTo("a/b");
    assertThat(path.repository(2)).isEqualTo("a+b");
    assertThatThrownBy(() -> path.repository(3))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
  }

  @Test
  void refusesNumbersThatAreNone() {
    PathParameters path =
        new PathParameters(List.of("7", "seven", "9223372036854775808", "\u0661\u0662", "+7"));

    assertThat(path.number(0)).isEqualTo(7);
    for (int index : List.of(1, 2, 3, 4)) {
      assertThatThrownBy(() -> path.number(index))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE));
    }
  }
}
