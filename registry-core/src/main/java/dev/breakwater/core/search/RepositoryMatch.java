package dev.breakwater.core.search;

/** A repository that was found. */
public record RepositoryMatch(
    long projectId,
    String projectName,
    boolean publicProject,
    String name,
    long pullCount,
    long artifactCount) {}
