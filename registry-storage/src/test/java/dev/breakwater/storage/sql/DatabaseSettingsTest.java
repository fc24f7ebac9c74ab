package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.sql.DatabaseSettings.Server;
import dev.breakwater.storage.sql.DatabaseSettings.TlsMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"postgresql:", "postgres:", "jdbc:postgresql:", "r2dbc:postgresql:"})
  void readsEverySpellingOfTheScheme(String scheme) {
    DatabaseSettings settings =
        DatabaseSettings.parse(scheme + "//db.example.org/registry", "me", "secret");

    assertThat(settings)
        .isEqualTo(
            new DatabaseSettings(
                new Server.Tcp("db.example.org", 5432, TlsMode.PREFER, Optional.empty()),
                "registry",
                "me",
                "secret",
                PoolSettings.DEFAULT));
  }

  @Test
  void readsUserPasswordPortAndTls() {
    DatabaseSettings settings =
        DatabaseSettings.parse(
            "postgresql://me:p%40ss+word@[::1]:6543/registry?sslmode=verify-full&sslrootcert=/ca.pem",
            "", "");

    assertThat(settings.username()).isEqualTo("me");
    assertThat(settings.password()).isEqualTo("p@ss+word");
    assertThat(settings.server())
        .isEqualTo(new Server.Tcp("[::1]", 6543, TlsMode.VERIFY_FULL, Optional.of("/ca.pem")));
  }

  @Test
  void prefersTheSettingsOfTheirOwn() {
    DatabaseSettings settings =
        DatabaseSettings.parse("postgresql://me:one@db/registry", "you", "two");

    assertThat(settings.username()).isEqualTo("you");
    assertThat(settings.password()).isEqualTo("two");
    assertThat(settings.toString()).isEqualTo("you@db:5432/registry");
  }

  @Test
  void letsAnotherSettingNameTheRootCertificate() {
    DatabaseSettings settings =
        DatabaseSettings.parse("postgresql://me@db/registry?sslmode=verify-full", "", "")
            .withRootCertificate("/other.pem");

    assertThat(settings.server())
        .isEqualTo(new Server.Tcp("db", 5432, TlsMode.VERIFY_FULL, Optional.of("/other.pem")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql://db/registry",
        "postgresql://db",
        "postgresql://db/",
        "postgresql:///registry",
        "postgresql://db/a/b",
        "postgresql://me:hunter2@db /registry",
        "postgresql://me:hunter2@db/registry?sslmode=sometimes",
        "postgresql://me:hunter2@db/registry?colour=blue",
      })
  void saysWhatIsWrongWithoutTheSecret(String url) {
    assertThatThrownBy(() -> DatabaseSettings.parse(url, "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("database.url")
        .hasMessageContaining("Expected postgresql://")
        .hasMessageNotContaining("hunter2");
  }
}
