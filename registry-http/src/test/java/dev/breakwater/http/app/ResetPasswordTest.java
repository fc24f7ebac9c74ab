package dev.breakwater.http.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.http.app.config.Settings;
import dev.breakwater.http.app.config.SettingsLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResetPasswordTest {
  @TempDir private static Path data;

  @Test
  void givesAUserAnotherPasswordWhileTheServerIsStopped() throws Exception {
    String refresh;
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      ApiClient admin = ApiClient.admin(registry);
      refresh =
          admin
              .get("/service/token?offline_token=true")
              .json()
              .get("refresh_token")
              .text()
              .orElseThrow();
      assertThatThrownBy(() -> reset("admin", "Recovered12345"))
          .hasMessageContaining("is in use by the process");
    }

    assertThatThrownBy(() -> reset("nobody", "Recovered12345"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no user 'nobody'");
    assertThatThrownBy(() -> reset("admin", "weak"))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("weak");
    reset("admin", "Recovered12345");

    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      assertThat(ApiClient.admin(registry).get("/v2/").status()).isEqualTo(401);
      assertThat(ApiClient.as(registry, "admin", "Recovered12345").get("/v2/").status())
          .isEqualTo(200);
      assertThat(
              ApiClient.anonymous(registry)
                  .form("/service/token", "grant_type=refresh_token&refresh_token=" + refresh)
                  .status())
          .isEqualTo(401);
    }
  }

  @Test
  void readsTheFirstLineOfStandardInput() throws Exception {
    assertThat(
            PasswordPrompt.read(
                true, new ByteArrayInputStream("Secret12345\nmore".getBytes(UTF_8))))
        .isEqualTo("Secret12345");
    assertThatThrownBy(() -> PasswordPrompt.read(true, new ByteArrayInputStream(new byte[0])))
        .isInstanceOf(IOException.class);
  }

  private static void reset(String username, String password) throws IOException {
    Settings settings =
        SettingsLoader.load(
                Optional.empty(), Optional.empty(), Map.of("BREAKWATER_DATA_DIR", data.toString()))
            .settings();
    ResetPasswordCommand.run(settings, username, password, Clock.systemUTC());
  }
}
