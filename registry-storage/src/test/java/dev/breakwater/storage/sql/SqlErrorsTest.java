package dev.breakwater.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;

final class SqlErrorsTest {
  @Test
  void tellsAFullDiskFromADatabaseThatDoesNotAnswer() {
    R2dbcException full =
        new R2dbcNonTransientResourceException("could not extend file", "53100", 0);
    R2dbcException many = new R2dbcNonTransientResourceException("too many clients", "53300", 0);

    assertThat(code(full)).isEqualTo(ErrorCode.STORAGE_FULL);
    assertThat(code(many)).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private static ErrorCode code(R2dbcException error) {
    return ((RegistryException) SqlErrors.translate(error)).code();
  }
}
