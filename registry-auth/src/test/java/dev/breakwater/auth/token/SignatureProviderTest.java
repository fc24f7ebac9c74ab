package dev.breakwater.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import org.junit.jupiter.api.Test;

class SignatureProviderTest {
  @Test
  void usesTheFastProviderWhereItLoads() {
    boolean linux =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").matches("amd64|aarch64");

    assertThat(SignatureProvider.find().isPresent()).isEqualTo(linux);
  }

  @Test
  void leavesItToTheJdkWhereThereIsNoneOrAnother() {
    assertThat(SignatureProvider.load("no.such.Provider")).isEmpty();
    assertThat(SignatureProvider.load("java.lang.String")).isEmpty();
    assertThat(SignatureProvider.load(NotOne.class.getName())).isEmpty();
    assertThat(SignatureProvider.load(Useless.class.getName())).isEmpty();
  }

  /** Has the field, but it is no provider. */
  public static final class NotOne {
    public static final String INSTANCE = "none";

    private NotOne() {}
  }

  /** A provider that cannot sign. */
  public static final class Useless extends Provider {
    private static final long serialVersionUID = 1L;
    public static final Useless INSTANCE = new Useless();

    private Useless() {
      super("Useless", "1", "signs nothing");
    }
  }
}
