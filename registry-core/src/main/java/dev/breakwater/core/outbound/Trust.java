package dev.breakwater.core.outbound;

/**
 * Which certificates of a server are believed.
 *
 * @param verify false: any, for an administrator who said so
 * @param authorities PEM of the certificates that vouch for it; empty: the authorities of Java
 */
public record Trust(boolean verify, String authorities) {
  public static final Trust PUBLIC = new Trust(true, "");

  /** Believes whatever certificate there is, or the public authorities. */
  public static Trust verifying(boolean verify) {
    return new Trust(verify, "");
  }
}
