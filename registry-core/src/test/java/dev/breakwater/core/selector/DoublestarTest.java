package dev.breakwater.core.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.RegistryException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DoublestarTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a a true",
        "a ab false",
        "a b false",
        "'' anything/at/all true",
        "** a true",
        "** a/b/c true",
        "* a true",
        "* a/b false",
        "*c abc true",
        "a* a true",
        "a*c abbc true",
        "a*/b a/c/b false",
        "a*b*c*d*e*/f axbxcxdxe/f true",
        "a*b*c*d*e*/f axbxcxdxexxx/fff false",
        "ab?d abcd true",
        "ab?d ab/d false",
        "a[b-d]e ace true",
        "a[b-d]e aee false",
        "a[^b-d]e aee true",
        "a[!b-d]e ace false",
        "a[^x]e a/e false",
        "[a-zA-Z0-9]* Q1 true",
        "[-x] - true",
        "[\\]x] ] true",
        "\\*a *a true",
        "\\*a aa false",
        "a/**/b a/b true",
        "a/**/b a/x/b true",
        "a/**/b a/x/y/b true",
        "a/**/b ab false",
        "a/**/b ac/b false",
        "**/b b true",
        "**/b x/y/b true",
        "**/b xb false",
        "a/** a/b/c true",
        "a/** a false",
        "a/** ab false",
        "a** abc true",
        "a** ab/c false",
        "a/**.txt a/x.txt true",
        "a/**.txt a/x/y.txt false",
        "{a,b}c ac true",
        "{a,b}c bc true",
        "{a,b}c cc false",
        "{a,b{1,2}}c b2c true",
        "{a,b{1,2}}c bc false",
        "{,a}b b true",
        "{v*,**/x}z v1z true",
        "v{1..2} v1 false",
        "{library/app,web/**} library/app true",
        "{library/app,web/**} web/a/b true",
        "{library/app,web/**} library/b false",
        "release-[0-9].[0-9] release-1.2 true",
        "release-[0-9].[0-9] release-1.22 false",
        "a,b a,b true",
        "a} a} true",
      })
  void matchesTheWholeName(String pattern, String text, boolean expected) {
    assertThat(Doublestar.parse(pattern).matches(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "[]", "[a", "[b-a]", "{a", "{a,{b}", "a\\", "[a\\", "a\u0000", "\ud800"})
  void refusesWhatIsMalformed(String pattern) {
    assertThatThrownBy(() -> Doublestar.parse(pattern)).isInstanceOf(RegistryException.class);
  }

  @Test
  void refusesEndlessPatterns() {
    assertThatThrownBy(() -> Doublestar.parse("a".repeat(513)))
        .isInstanceOf(RegistryException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*a", "{a,*}", "{*,**/}", "?*", "**/*", "{{*a,a},a}"})
  void takesNoMoreStepsForHostilePatterns(String piece) {
    Doublestar pattern = Doublestar.parse(piece.repeat(512 / piece.length() - 1) + "!");

    for (String text : List.of("a".repeat(255), "a/".repeat(127))) {
      assertThat(pattern.matches(text)).isFalse();
      // Each character of the pattern makes a few states at most, each with two ways on.
      assertThat(pattern.steps(text)).isLessThan(16L * 512 * 256);
    }
  }

  @Test
  void readsNestedBraces() {
    Doublestar pattern = Doublestar.parse("{".repeat(250) + "a" + "}".repeat(250));

    assertThat(pattern.matches("a")).isTrue();
  }

  @Test
  void selectsArtifactsByTheirTags() {
    Doublestar release = Doublestar.parse("v*");
    List<String> none = List.of();

    assertThat(new TagSelector(false, release, false).selects(List.of("x", "v1"))).isTrue();
    assertThat(new TagSelector(true, release, false).selects(List.of("x", "v1"))).isTrue();
    assertThat(new TagSelector(true, release, false).selects(List.of("v1"))).isFalse();
    assertThat(new TagSelector(false, release, true).selects(none)).isTrue();
    assertThat(new TagSelector(false, release, false).selects(none)).isFalse();
    assertThat(new TagSelector(true, release, true).selects(none)).isFalse();
    assertThat(new TagSelector(true, release, false).selects(none)).isTrue();
  }
}
