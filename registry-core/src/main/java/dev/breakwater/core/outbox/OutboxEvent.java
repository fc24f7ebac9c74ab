package dev.breakwater.core.outbox;

import dev.breakwater.core.event.Event;
import java.time.Instant;

/**
 * An event on its way to those who have to know.
 *
 * @param audited whether the settings want it in the audit log
 */
public record OutboxEvent(long id, Event event, boolean audited, Instant happenedAt) {}
