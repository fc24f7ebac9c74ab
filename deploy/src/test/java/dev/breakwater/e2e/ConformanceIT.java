package dev.breakwater.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance program of the OCI distribution specification. */
@ExtendWith(SharedBreakwater.class)
final class ConformanceIT {
  @ParameterizedTest
  @ValueSource(strings = {"stable", "dev"})
  void passesTheConformanceProgramWithNothingSkipped(
      String version, @TempDir Path results, BreakwaterProcess breakwater) throws Exception {
    breakwater.admin().createProject("conformance", false);

    ConformanceProgram.assertPasses(
        version, breakwater.registry(), breakwater.adminPassword(), results);
  }
}
