package dev.breakwater.core.artifact;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Tag;
import java.time.Instant;
import java.util.Optional;

/**
 * That a tag was set, moved or deleted.
 *
 * @param from what it pointed to before; empty: it was new
 * @param to what it points to since; empty: it was deleted
 * @param username who did it
 */
public record TagChange(
    long id,
    long repositoryId,
    Tag tag,
    Optional<Digest> from,
    Optional<Digest> to,
    String username,
    Instant changedAt) {}
