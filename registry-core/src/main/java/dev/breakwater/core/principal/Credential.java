package dev.breakwater.core.principal;

/** By what a caller proved who they are. */
public enum Credential {
  /** By nothing. */
  NONE,
  /** By name and password, in each request. */
  PASSWORD,
  /** By a token of the token service; it limits the caller to its grants. */
  TOKEN,
  /** By the cookie of a browser session. */
  SESSION,
  /** By the secret that users of an OpenID provider have for the command line. */
  CLI_SECRET,
  /** By the ID token of the OpenID provider. */
  ID_TOKEN,
  /** By a robot's name and secret. */
  ROBOT_SECRET,
  /** By the token of a workload's own issuer. */
  WORKLOAD_TOKEN
}
