package dev.breakwater.core.artifact;

/**
 * What an index names.
 *
 * @param childId 0: it is not here
 * @param descriptor the index's descriptor of it, a JSON object as text
 */
public record ChildReference(long parentId, long childId, String digest, String descriptor) {}
