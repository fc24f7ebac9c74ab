package dev.breakwater.auth.login;

/** Which API a credential is presented to: some are good for one and not for another. */
public enum Door {
  /** The OCI API. */
  REGISTRY,
  /** The token service. */
  TOKEN_SERVICE,
  /** The management API. */
  API
}
