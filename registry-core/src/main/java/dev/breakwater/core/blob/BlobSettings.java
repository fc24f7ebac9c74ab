package dev.breakwater.core.blob;

import java.time.Duration;

/**
 * @param lease how long a pushed or mounted blob is safe from garbage collection without a manifest
 * @param uploadExpiry how long an upload may lie untouched before it is purged
 * @param maxConcurrentUploads how many requests may carry bytes at the same time; more get 429
 */
public record BlobSettings(Duration lease, Duration uploadExpiry, int maxConcurrentUploads) {}
