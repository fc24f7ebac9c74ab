package dev.breakwater.http.api;

import java.util.List;

/**
 * The variable parts of a path in their order, decoded once: a repository's name with encoded
 * slashes is still encoded after that, as Harbor's clients send it.
 */
public record PathParameters(List<String> values) {
  public String get(int index) {
    return values.get(index);
  }
}
