package dev.breakwater.storage.sql.outbox;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.core.outbox.OutboxEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Events as the outbox keeps them. */
public final class EventJson {
  private EventJson() {}

  /**
   * @param audited whether the settings want it in the audit log
   */
  public static String write(Event event, boolean audited) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", event.type().name());
    json.put("username", event.username());
    json.put("address", event.address());
    event.projectId().ifPresent(id -> json.put("project", id));
    json.put("resource", event.resource());
    json.put("description", event.description());
    json.put("successful", event.successful());
    json.put("audited", audited);
    return Json.writeText(json);
  }

  /** Empty for a type that only a newer version of the program knows. */
  static Optional<OutboxEvent> read(long id, JsonValue json, Instant happenedAt) {
    return EventType.find(text(json, "type")).map(type -> read(id, type, json, happenedAt));
  }

  private static OutboxEvent read(long id, EventType type, JsonValue json, Instant happenedAt) {
    JsonValue project = json.get("project");
    Event event =
        new Event(
            type,
            text(json, "username"),
            text(json, "address"),
            project.isAbsent()
                ? Optional.empty()
                : Optional.of(project.wholeNumber().orElseThrow()),
            text(json, "resource"),
            text(json, "description"),
            json.get("successful").bool().orElse(true));
    return new OutboxEvent(id, event, json.get("audited").bool().orElse(false), happenedAt);
  }

  private static String text(JsonValue json, String name) {
    return json.get(name).text().orElse("");
  }
}
