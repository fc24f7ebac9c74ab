package dev.breakwater.core.robot;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/** What robots are called. */
final class RobotNames {
  private static final int MAX_LENGTH = 255;

  /** Possessive, so that hostile names cost no backtracking. */
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]++(?:[._-][a-z0-9]++)*+");

  private RobotNames() {}

  /**
   * @throws RegistryException BAD_REQUEST if no robot can have the name
   */
  static void require(String name) {
    if (name.length() > MAX_LENGTH || !GRAMMAR.matcher(name).matches()) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "robot name '"
              + Printable.shorten(name)
              + "' is not in lower case or contains illegal characters; expected lower-case"
              + " letters and digits separated by single '.', '_' or '-', at most "
              + MAX_LENGTH);
    }
  }

  /** The name in the row: that of its project before it, if it belongs to one. */
  static String stored(String name, Optional<String> project) {
    return project.map(owner -> owner + "+" + name).orElse(name);
  }
}
