package dev.breakwater.core.retention;

import java.util.Arrays;
import java.util.Optional;

/** What a rule keeps of the artifacts that its tags choose. */
public enum Template {
  LATEST_PUSHED_K("latestPushedK", Unit.COUNT, 10, Ordering.PUSHED, "the # pushed last"),
  LATEST_PULLED_N("latestPulledN", Unit.COUNT, 10, Ordering.PULLED, "the # pulled last"),
  N_DAYS_SINCE_LAST_PUSH(
      "nDaysSinceLastPush", Unit.DAYS, 30, Ordering.PUSHED, "those pushed in the last # days"),
  N_DAYS_SINCE_LAST_PULL(
      "nDaysSinceLastPull", Unit.DAYS, 30, Ordering.PULLED, "those pulled in the last # days"),
  ALWAYS("always", Unit.NONE, 0, Ordering.PUSHED, "all of them"),
  LAST_X_DAYS("lastXDays", Unit.DAYS, 10, Ordering.PUSHED, "those of the last # days"),
  LATEST_ACTIVE_K("latestActiveK", Unit.COUNT, 10, Ordering.ACTIVE, "the # pushed or pulled last"),
  NOTHING("nothing", Unit.NONE, 0, Ordering.PUSHED, "none of them");

  private final String label;
  private final Unit unit;
  private final int fallback;
  private final Ordering ordering;
  private final String description;

  Template(String label, Unit unit, int fallback, Ordering ordering, String description) {
    this.label = label;
    this.unit = unit;
    this.fallback = fallback;
    this.ordering = ordering;
    this.description = description;
  }

  /** The word in the management API, which also names its parameter. */
  public String label() {
    return label;
  }

  /** What its parameter counts. */
  public Unit unit() {
    return unit;
  }

  /** The parameter when none is given. */
  public int fallback() {
    return fallback;
  }

  /** Which of the artifact's times it looks at. */
  Ordering ordering() {
    return ordering;
  }

  /** For people; {@code #} stands for the parameter. */
  public String description() {
    return description;
  }

  public static Optional<Template> find(String label) {
    return Arrays.stream(values()).filter(template -> template.label.equals(label)).findFirst();
  }

  /** What a parameter counts. */
  public enum Unit {
    COUNT(1_000_000),
    DAYS(36_500),
    NONE(0);

    private final int maximum;

    Unit(int maximum) {
      this.maximum = maximum;
    }

    /** The largest parameter. */
    public int maximum() {
      return maximum;
    }
  }
}
