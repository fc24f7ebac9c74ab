package dev.breakwater.core.audit;

import dev.breakwater.core.audit.AuditRepository.Batch;
import dev.breakwater.core.audit.AuditRepository.Position;
import dev.breakwater.core.json.JsonValue;
import java.time.Instant;
import java.util.Map;

/**
 * How far a purge of the audit log is.
 *
 * @param before the bound, which does not move while the job goes on
 */
record PurgeState(Instant before, Position position, long purged, long months) {

  static PurgeState before(Instant bound) {
    return new PurgeState(bound, Position.START, 0, 0);
  }

  PurgeState dropped(long lines) {
    return new PurgeState(before, position, purged + lines, months + 1);
  }

  PurgeState purged(Batch batch) {
    return new PurgeState(before, batch.last(), purged + batch.purged(), months);
  }

  Map<String, Object> json() {
    return Map.of(
        "before", before.toString(),
        "time", position.happenedAt().toString(),
        "id", position.id(),
        "purged", purged,
        "months", months);
  }

  static PurgeState parse(JsonValue json) {
    return new PurgeState(
        Instant.parse(json.get("before").text().orElseThrow()),
        new Position(
            Instant.parse(json.get("time").text().orElseThrow()),
            json.get("id").wholeNumber().orElseThrow()),
        json.get("purged").wholeNumber().orElseThrow(),
        json.get("months").wholeNumber().orElseThrow());
  }
}
