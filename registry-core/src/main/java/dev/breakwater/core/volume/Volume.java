package dev.breakwater.core.volume;

/** A place where blobs are kept; both in bytes. */
public record Volume(long total, long free) {}
