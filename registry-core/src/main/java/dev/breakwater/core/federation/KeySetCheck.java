package dev.breakwater.core.federation;

/** Whether a text is a set of public keys that tokens can be verified with. */
@FunctionalInterface
public interface KeySetCheck {
  /**
   * @throws dev.breakwater.core.error.RegistryException BAD_REQUEST if it is none, or holds a
   *     private or symmetric key
   */
  void require(String jwks);
}
