package dev.breakwater.storage.sql.backup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a table, by a range of one column.
 *
 * @param from where it begins, as the server writes it; the value itself is in it
 * @param to where it ends; the value itself is not in it
 */
record Partition(String name, String parent, String from, String to) {
  private static final Pattern BOUNDS =
      Pattern.compile("FOR VALUES FROM \\('([^']*)'\\) TO \\('([^']*)'\\)");

  /** Nothing but what a time is written with: it becomes a part of a statement. */
  private static final Pattern VALUE = Pattern.compile("[-0-9:+. ]{1,40}");

  static Partition parse(String name, String parent, String bounds) {
    Matcher matcher = BOUNDS.matcher(bounds);
    if (!matcher.matches()) {
      throw new BackupException(
          "The partition "
              + name
              + " of "
              + parent
              + " is none that this program makes: "
              + bounds);
    }
    return new Partition(name, parent, matcher.group(1), matcher.group(2));
  }

  /** The statement that makes it. */
  String create() {
    if (!VALUE.matcher(from).matches() || !VALUE.matcher(to).matches()) {
      throw new BackupException(
          "The export is not usable: the bounds of its partition " + name + " are no times.");
    }
    return "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('%s') TO ('%s')"
        .formatted(CopyText.identifier(name), CopyText.identifier(parent), from, to);
  }
}
