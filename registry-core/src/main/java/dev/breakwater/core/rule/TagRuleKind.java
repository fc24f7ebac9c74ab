package dev.breakwater.core.rule;

import dev.breakwater.core.access.Resource;
import dev.breakwater.core.event.EventType;

/**
 * What sort of rule it is.
 *
 * @param name in messages, without an article
 * @param resource whose permissions a caller needs
 */
public record TagRuleKind(
    String name, Resource resource, EventType created, EventType updated, EventType deleted) {}
