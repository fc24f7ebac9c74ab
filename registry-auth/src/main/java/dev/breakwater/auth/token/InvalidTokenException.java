package dev.breakwater.auth.token;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;

/** A bearer token that proves nothing. The message says why and holds nothing of the token. */
public sealed class InvalidTokenException extends RegistryException permits ExpiredTokenException {
  private static final long serialVersionUID = 1L;

  public InvalidTokenException(String message) {
    super(ErrorCode.UNAUTHORIZED, message);
  }
}
