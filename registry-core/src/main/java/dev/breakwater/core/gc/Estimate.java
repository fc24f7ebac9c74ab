package dev.breakwater.core.gc;

/**
 * What a run would delete.
 *
 * @param bytes that the blobs would free
 * @param complete false: there are more candidates than were looked at
 */
public record Estimate(long manifests, long blobs, long bytes, boolean complete) {}
