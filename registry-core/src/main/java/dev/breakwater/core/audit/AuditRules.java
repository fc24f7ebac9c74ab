package dev.breakwater.core.audit;

import dev.breakwater.core.event.EventType;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the settings say about the audit log.
 *
 * @param disabled the labels of the types that are not recorded
 * @param pulls whether pulls are recorded
 * @param database whether rows are written; else they are only forwarded
 */
public record AuditRules(Set<String> disabled, boolean pulls, boolean database) {
  public static final AuditRules DEFAULT = new AuditRules(Set.of(), true, true);

  public AuditRules {
    disabled = Set.copyOf(disabled);
  }

  public static AuditRules of(Configuration configuration) {
    return new AuditRules(
        labels(configuration.text(ConfigurationItem.DISABLED_AUDIT_LOG_EVENT_TYPES)),
        !configuration.flag(ConfigurationItem.PULL_AUDIT_LOG_DISABLE),
        !configuration.flag(ConfigurationItem.SKIP_AUDIT_LOG_DATABASE));
  }

  /** The labels in a list with commas. */
  static Set<String> labels(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(label -> !label.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What becomes of an event of this type. */
  public Fate fate(EventType type) {
    boolean wanted = !disabled.contains(type.label()) && (pulls || type != EventType.PULL_ARTIFACT);
    return !wanted ? Fate.IGNORED : database ? Fate.KEPT : Fate.FORWARDED;
  }

  /** What becomes of an event. */
  public enum Fate {
    /** A row in the audit log, and forwarded where that is set up. */
    KEPT,
    /** No row. */
    FORWARDED,
    /** Neither. */
    IGNORED
  }
}
