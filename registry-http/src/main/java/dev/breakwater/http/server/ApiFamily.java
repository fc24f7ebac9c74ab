package dev.breakwater.http.server;

/**
 * An API with its own error format.
 *
 * @param prefix what the paths begin with, such as {@code /v2/}; a path that equals the prefix
 *     without its last slash belongs to it, too
 */
public record ApiFamily(String prefix, Handler handler, ErrorRenderer errors) {
  boolean owns(String path) {
    return path.startsWith(prefix)
        || (path.length() == prefix.length() - 1 && prefix.startsWith(path));
  }
}
