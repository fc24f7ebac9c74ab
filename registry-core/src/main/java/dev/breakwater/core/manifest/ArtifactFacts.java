package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import java.util.Optional;

/**
 * What is kept of a manifest for the management API, beside what clients pull.
 *
 * @param type such as {@code IMAGE}, see {@link ArtifactType}
 * @param configMediaType the config's media type; of an index, its own; empty if there is neither
 * @param extraAttributes what the config says, a JSON object as text
 * @param accessory what it belongs to, if to anything
 * @param expiry when it is to be deleted, if ever
 * @param icon the layer that is its own picture
 */
public record ArtifactFacts(
    String type,
    String configMediaType,
    String extraAttributes,
    Optional<Accessory> accessory,
    Expiry expiry,
    Optional<Digest> icon) {}
