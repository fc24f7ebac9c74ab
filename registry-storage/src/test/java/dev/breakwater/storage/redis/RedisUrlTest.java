package dev.breakwater.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.redis.RedisSettings.Credentials;
import dev.breakwater.storage.redis.RedisSettings.Kind;
import dev.breakwater.storage.redis.RedisSettings.Server;
import dev.breakwater.storage.redis.RedisSettings.Tls.Verification;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisUrlTest {
  @Test
  void readsOneServer() {
    RedisSettings settings = parse("redis://me:p%40ss@redis.example.org:6380/3");

    assertThat(settings.kind()).isEqualTo(new Kind.Standalone(3));
    assertThat(settings.servers()).containsExactly(new Server("redis.example.org", 6380));
    assertThat(settings.credentials()).isEqualTo(new Credentials("me", "p@ss"));
    assertThat(settings.tls().verification()).isEqualTo(Verification.OFF);
  }

  @Test
  void readsWhatIsLeftOut() {
    RedisSettings settings = parse("rediss://:secret@[::1]");

    assertThat(settings.kind()).isEqualTo(new Kind.Standalone(0));
    assertThat(settings.servers()).containsExactly(new Server("::1", 6379));
    assertThat(settings.credentials()).isEqualTo(new Credentials("", "secret"));
    assertThat(settings.tls().verification()).isEqualTo(Verification.AUTHORITY_AND_HOST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis+sentinel://:pw@one,two:26380/main/2?idle_timeout_seconds=30",
        "redis-sentinel://:pw@one,two:26380/2#main"
      })
  void readsSentinelsAsHarborAndAsLettuceWritesThem(String url) {
    RedisSettings settings = parse(url);

    assertThat(settings.kind()).isEqualTo(new Kind.Sentinel("main", 2));
    assertThat(settings.servers())
        .containsExactly(new Server("one", 26379), new Server("two", 26380));
    assertThat(settings.credentials()).isEqualTo(new Credentials("", "pw"));
  }

  @Test
  void readsACluster() {
    RedisSettings settings = parse("rediss-cluster://one,two?verifyPeer=NONE");

    assertThat(settings.kind()).isEqualTo(new Kind.Cluster());
    assertThat(settings.servers()).hasSize(2);
    assertThat(settings.tls().verification()).isEqualTo(Verification.NOTHING);
  }

  @Test
  void letsOtherSettingsNameTheCredentials() {
    RedisSettings settings =
        parse("redis://me:old@redis")
            .with(new Credentials("", "new"), new Credentials("sentinel", "other"));

    assertThat(settings.credentials()).isEqualTo(new Credentials("me", "new"));
    assertThat(settings.sentinelCredentials()).isEqualTo(new Credentials("sentinel", "other"));
    assertThat(settings.toString() + settings.credentials()).doesNotContain("new", "old");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://:hunter2@redis",
        "redis://:hunter2@",
        "redis://:hunter2@one,two",
        "redis://:hunter2@one/x",
        "redis://:hunter2@one/1/2",
        "redis://:hunter2@one:99999",
        "redis://:hunter2%zz@one",
        "redis://:hunter2@one?colour=blue",
        "redis://:hunter2@one?verifyPeer=NONE",
        "rediss://:hunter2@one?verifyPeer=MAYBE",
        "redis+sentinel://:hunter2@one,two",
        "redis+sentinel://:hunter2@one/main/x",
        "redis-cluster://:hunter2@one/3",
      })
  void saysWhatIsWrongWithoutTheSecret(String url) {
    assertThatThrownBy(() -> parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Expected redis://")
        .hasMessageNotContaining("hunter2");
  }

  private static RedisSettings parse(String url) {
    return RedisUrl.parse(url, Optional.empty(), Duration.ofMillis(500));
  }
}
