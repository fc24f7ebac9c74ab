package dev.breakwater.core.artifact;

import java.time.Instant;
import java.util.UUID;

/**
 * A repository that can be brought back with the artifacts that it had.
 *
 * @param name the whole name, project included
 * @param deletion by what its artifacts went
 * @param artifacts how many come back, accessories and parts of indexes among them
 */
public record DeletedRepository(
    long id,
    String name,
    UUID deletion,
    long artifacts,
    String deletedBy,
    Instant deletedAt,
    Instant restorableUntil) {}
