package dev.breakwater.core.audit;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.oci.Printable;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a purge of the audit log is told.
 *
 * @param retention what is younger stays
 * @param labels of the types to purge
 * @param dryRun only count
 */
public record PurgeParameters(Duration retention, Set<String> labels, boolean dryRun) {
  /** Harbor's bound: 27 years. */
  static final int MAX_HOURS = 240_000;

  private static final Set<String> ALL =
      Arrays.stream(EventType.values())
          .map(EventType::label)
          .collect(Collectors.toUnmodifiableSet());

  public PurgeParameters {
    labels = Set.copyOf(labels);
  }

  /** Whether everything goes, whatever its type. */
  boolean everything() {
    return labels.containsAll(ALL);
  }

  /** The parameters that a client gave, checked. */
  public static Map<String, Object> check(JsonValue given) {
    PurgeParameters parameters = parse(given);
    Map<String, Object> checked = new LinkedHashMap<>();
    checked.put("audit_retention_hour", parameters.retention().toHours());
    checked.put("include_event_types", given.get("include_event_types").text().orElse(""));
    checked.put("dry_run", parameters.dryRun());
    return checked;
  }

  /**
   * @throws RegistryException BAD_REQUEST
   */
  static PurgeParameters parse(JsonValue given) {
    long hours =
        given
            .get("audit_retention_hour")
            .wholeNumber()
            .orElseThrow(() -> bad("audit_retention_hour must be a whole number"));
    if (hours < 1 || hours > MAX_HOURS) {
      throw bad("audit_retention_hour is " + hours + "; it must be from 1 to " + MAX_HOURS);
    }
    JsonValue dryRun = given.get("dry_run");
    if (!dryRun.isAbsent() && dryRun.bool().isEmpty()) {
      throw bad("dry_run must be true or false");
    }
    JsonValue types = given.get("include_event_types");
    if (!types.isAbsent() && types.text().isEmpty()) {
      throw bad("include_event_types must be a text");
    }
    Set<String> labels = AuditRules.labels(types.text().orElse(""));
    labels.stream()
        .filter(label -> !ALL.contains(label))
        .sorted()
        .findFirst()
        .ifPresent(unknown -> {
          throw bad(
              "include_event_types names '"
                  + Printable.shorten(unknown)
                  + "', which is no event type; see GET /auditlog-exts/events");
        });
    return new PurgeParameters(Duration.ofHours(hours), labels, dryRun.bool().orElse(false));
  }

  private static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.BAD_REQUEST, message);
  }
}
