package dev.breakwater.core.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.manifest.Lifetime;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.selector.Doublestar;
import dev.breakwater.core.selector.RepositorySelector;
import dev.breakwater.core.selector.TagSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpiryRulesTest {
  private static final RepositoryName APP = RepositoryName.parse("team/app");
  private static final Tag PULL_REQUEST = Tag.parse("pr-1");
  private static final Tag NIGHTLY = Tag.parse("nightly");
  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

  private final ExpiryRules rules =
      new ExpiryRules(
          List.of(
              rule("pr-*", "14d", "**", false),
              rule("pr-*", "2d", "app", false),
              rule("pr-*", "1s", "other", false),
              rule("**", "1s", "**", true),
              rule("nightly", "1w", "**", false)));

  @Test
  void takesTheShortestOfTheRulesThatSpeakOfATag() {
    assertThat(rules.of(APP, PULL_REQUEST).orElseThrow().text()).isEqualTo("2d");
    assertThat(rules.of(APP, Tag.parse("v1"))).isEmpty();
  }

  @Test
  void endsWithTheLastTag() {
    Instant yesterday = NOW.minus(Duration.ofDays(1));

    assertThat(rules.end(APP, Map.of(PULL_REQUEST, NOW, NIGHTLY, yesterday)))
        .contains(NOW.plus(Duration.ofDays(6)));
    assertThat(rules.end(APP, Map.of(PULL_REQUEST, NOW))).contains(NOW.plus(Duration.ofDays(2)));
  }

  @Test
  void endsNeverWithATagThatStaysOrWithoutTags() {
    assertThat(rules.end(APP, Map.of(PULL_REQUEST, NOW, Tag.parse("v1"), NOW))).isEmpty();
    assertThat(rules.end(APP, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d",
        "14",
        "0d",
        "-1d",
        "1y",
        "1.5d",
        "1 d",
        "1234567890s",
        "999999999w",
        "d1"
      })
  void refusesWhatIsNoLengthOfTime(String text) {
    assertThatThrownBy(() -> Lifetime.parse(text)).isInstanceOf(RegistryException.class);
  }

  @Test
  void readsLengthsOfTime() {
    assertThat(Lifetime.parse("90s").duration()).isEqualTo(Duration.ofSeconds(90));
    assertThat(Lifetime.parse("5m").duration()).isEqualTo(Duration.ofMinutes(5));
    assertThat(Lifetime.parse("3h").duration()).isEqualTo(Duration.ofHours(3));
    assertThat(Lifetime.parse("2w").duration()).isEqualTo(Duration.ofDays(14));
  }

  private static ExpiryRule rule(
      String tags, String lifetime, String repositories, boolean disabled) {
    return new ExpiryRule(
        1,
        disabled,
        new RepositorySelector(false, Doublestar.parse(repositories)),
        new TagSelector(false, Doublestar.parse(tags), false),
        Lifetime.parse(lifetime));
  }
}
