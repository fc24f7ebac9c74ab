package dev.breakwater.core.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.event.Event;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.outbox.OutboxConsumer;
import dev.breakwater.core.outbox.OutboxEvent;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Forwards the audit log to another system, at least once and in order. The message of RFC 5424 is
 * a JSON object, which any collector takes apart.
 */
public final class ForwardAuditLog implements OutboxConsumer {
  /** Facility 13 (log audit) times 8, severity 6 (informational): RFC 5424, 6.2.1. */
  private static final int PRIORITY = 13 * 8 + 6;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ConfigurationSource configuration;
  private final SyslogReceiver receiver;
  private final String host;

  /**
   * @param host the name of this machine, as messages show it
   */
  public ForwardAuditLog(ConfigurationSource configuration, SyslogReceiver receiver, String host) {
    this.configuration = configuration;
    this.receiver = receiver;
    this.host = host.replaceAll("[^!-~]", "-");
  }

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public Mono<Void> deliver(List<OutboxEvent> events) {
    return configuration
        .current()
        .mapNotNull(now ->
            SyslogAddress.parse(now.text(ConfigurationItem.AUDIT_LOG_FORWARD_ENDPOINT))
                .orElse(null))
        .flatMap(address -> {
          List<byte[]> messages =
              events.stream().filter(OutboxEvent::audited).map(this::message).toList();
          return messages.isEmpty() ? Mono.empty() : receiver.send(address, messages);
        });
  }

  private byte[] message(OutboxEvent event) {
    return ("<%d>1 %s %s breakwater %d audit - %s"
            .formatted(
                PRIORITY,
                TIME.format(event.happenedAt()),
                host,
                ProcessHandle.current().pid(),
                Json.writeText(content(event))))
        .getBytes(UTF_8);
  }

  private static Map<String, Object> content(OutboxEvent each) {
    Event event = each.event();
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("id", each.id());
    content.put("operator", event.username());
    content.put("operation", event.type().operation());
    content.put("resource_type", event.type().resourceType());
    content.put("resource", event.resource());
    content.put("description", event.description());
    content.put("success", event.successful());
    content.put("source_address", event.address());
    event.projectId().ifPresent(id -> content.put("project_id", id));
    content.put("time", TIME.format(each.happenedAt()));
    return content;
  }
}
