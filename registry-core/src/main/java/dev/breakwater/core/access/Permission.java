package dev.breakwater.core.access;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;

/** That something may be done to a kind of resource, in a project or in the system. */
public record Permission(Resource resource, Verb verb) implements Comparable<Permission> {

  public static Permission of(Resource resource, Verb verb) {
    return new Permission(resource, verb);
  }

  /**
   * The pair of two words of the management API.
   *
   * @throws RegistryException BAD_REQUEST for a word that is none
   */
  public static Permission parse(String resource, String action) {
    return new Permission(
        Resource.find(resource).orElseThrow(() -> unknown("resource", resource)),
        Verb.find(action).orElseThrow(() -> unknown("action", action)));
  }

  private static RegistryException unknown(String what, String word) {
    return new RegistryException(
        ErrorCode.BAD_REQUEST,
        "there is no " + what + " '" + Printable.shorten(word) + "'; see GET /permissions");
  }

  @Override
  public int compareTo(Permission other) {
    int order = resource.compareTo(other.resource);
    return order == 0 ? verb.compareTo(other.verb) : order;
  }

  @Override
  public String toString() {
    return resource.label() + ":" + verb.label();
  }
}
