package dev.breakwater.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class JsonTest {
  @Test
  void tellsWhereAnUnfinishedPartBegan() {
    assertThatThrownBy(() -> parse("{\"a\":\n [1,2"))
        .isInstanceOf(JsonException.class)
        .hasMessage(
            "Unexpected end-of-input: expected close marker for Array"
                + " (start marker at [line: 2, column: 2])");
  }

  @Test
  void tellsHowDeepIsTooDeep() {
    assertThatThrownBy(() -> parse("[".repeat(100)))
        .isInstanceOf(JsonException.class)
        .hasMessage("Document nesting depth (65) exceeds the maximum allowed (64)");
  }

  @Test
  void refusesWhatIsNotOneValue() {
    for (String text : new String[] {"", "{\"a\":1,\"a\":2}", "1 2", "{'a':1}", "nul"}) {
      assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(JsonException.class);
    }
    assertThat(parse(" {\"a\": 1} ").get("a").wholeNumber()).hasValue(1);
  }

  private static JsonValue parse(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
