package dev.breakwater.http.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityFileTest {
  @TempDir private static Path data;

  @Test
  void givesAnybodyTheAuthorityThatTheOperatorLaidThere() throws Exception {
    String authority = TestCertificate.create("authority").pem();
    try (RunningRegistry registry = RunningRegistry.start(data, Map.of())) {
      ApiClient visitor = ApiClient.anonymous(registry);
      assertThat(visitor.get("/api/v2.0/systeminfo/getcert").status()).isEqualTo(404);

      Files.writeString(data.resolve("ca.crt"), authority);

      ApiAnswer answer = visitor.get("/api/v2.0/systeminfo/getcert").require(200);
      assertThat(answer.body()).isEqualTo(authority);
      assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=ca.crt");
      assertThat(
              ApiClient.admin(registry)
                  .get("/api/v2.0/systeminfo")
                  .json()
                  .get("has_ca_root")
                  .bool())
          .contains(true);
    }
  }
}
