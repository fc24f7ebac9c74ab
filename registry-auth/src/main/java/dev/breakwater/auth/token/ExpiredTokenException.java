package dev.breakwater.auth.token;

/**
 * A bearer token with nothing wrong but that it has expired. It proves nothing any more, except
 * that an upload may be finished that was begun while it did.
 */
public final class ExpiredTokenException extends InvalidTokenException {
  private static final long serialVersionUID = 1L;

  private final transient VerifiedToken token;

  ExpiredTokenException(VerifiedToken token) {
    super("the token is not valid: it has expired");
    this.token = token;
  }

  /** What it said. */
  public VerifiedToken token() {
    return token;
  }
}
