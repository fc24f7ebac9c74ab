package dev.breakwater.core.verify;

import dev.breakwater.core.oci.Digest;

/** A blob that a manifest names and that its repository does not link. */
public record LostLink(
    long manifestId,
    Digest manifest,
    long projectId,
    long repositoryId,
    String repository,
    Digest blob) {}
