package dev.breakwater.core.permission;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.util.List;

/**
 * The caller may not do what it asked for. The OCI API turns an UNAUTHORIZED one into a challenge
 * for {@link #scopes()}.
 */
public final class AccessDenied extends RegistryException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> scopes;
  private final boolean tokenPresented;

  AccessDenied(ErrorCode code, String message, List<String> scopes, boolean tokenPresented) {
    super(code, message);
    this.scopes = List.copyOf(scopes);
    this.tokenPresented = tokenPresented;
  }

  /** What a token would have to hold, in the grammar of the Docker token specification. */
  public List<String> scopes() {
    return scopes;
  }

  /** Whether a valid token was presented that is too narrow ({@code insufficient_scope}). */
  public boolean tokenPresented() {
    return tokenPresented;
  }
}
