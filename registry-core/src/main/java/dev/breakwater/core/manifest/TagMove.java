package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Tag;
import java.util.Optional;

/**
 * A tag as a push found it.
 *
 * @param from what it pointed to before; empty: there was none
 */
public record TagMove(Tag tag, Optional<Digest> from) {}
