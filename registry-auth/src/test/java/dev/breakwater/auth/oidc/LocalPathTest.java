package dev.breakwater.auth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.RegistryException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\r\nSet-Cookie: sid=1",
        " /projects",
        "/projects\u0000",
        "/\u2028",
        ""
      })
  void refusesWhatABrowserCouldTakeForAnotherHost(String target) {
    assertThatThrownBy(() -> new LocalPath(target)).isInstanceOf(RegistryException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/projects", "/projects/1?tab=a&b=c#top", "/a//b"})
  void acceptsPathsOfThisServer(String target) {
    assertThat(new LocalPath(target).value()).isEqualTo(target);
  }
}
