package dev.breakwater.core.oci;

/**
 * A reference from a manifest to other content (OCI image-spec, "Descriptor").
 *
 * @param size in bytes, never negative
 * @param remote whether it has {@code urls} or a non-distributable type, so that its content may be
 *     absent here
 */
public record Descriptor(String mediaType, Digest digest, long size, boolean remote) {}
