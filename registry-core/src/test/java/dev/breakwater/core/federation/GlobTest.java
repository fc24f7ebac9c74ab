package dev.breakwater.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "refs/heads/*,refs/heads/main,true",
    "refs/heads/*,refs/heads/a/b,false",
    "refs/heads/**,refs/heads/a/b,true",
    "refs/heads/*,xrefs/heads/main,false",
    "repo:octo/*:ref:refs/heads/main,repo:octo/app:ref:refs/heads/main,true",
    "repo:octo/*:ref:refs/heads/main,repo:octo/app:ref:refs/heads/mainx,false",
    "a?c,abc,true",
    "a?c,a/c,false",
    "a.c,abc,false",
    "*,'',true",
    "abc,ABC,false",
    "[a-z],b,false"
  })
  void matchesAsAWhole(String pattern, String text, boolean expected) {
    assertThat(Glob.matches(pattern, text)).isEqualTo(expected);
  }

  @Test
  void costsNoMoreThanBothLengths() {
    String pattern = "*a".repeat(250);

    assertThat(Glob.matches(pattern, "a".repeat(2000) + "b")).isFalse();
    assertThat(Glob.matches("**", "a".repeat(100_000))).isFalse();
  }
}
