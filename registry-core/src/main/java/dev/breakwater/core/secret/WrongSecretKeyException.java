package dev.breakwater.core.secret;

/** This replica's secret key is not the one that the database's values were sealed with. */
public final class WrongSecretKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongSecretKeyException(String expected, String actual) {
    super(
        "This replica's secret key (fingerprint "
            + actual
            + ") is not the one this database was set up with (fingerprint "
            + expected
            + "). Give every replica the same secret.key, or the same <data.dir>/secret.key file.");
  }
}
