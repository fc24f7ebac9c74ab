package dev.breakwater.core.adoption;

import dev.breakwater.core.project.ProjectName;

/**
 * How a registry is adopted.
 *
 * @param project where repositories go whose names have a single component
 * @param publicProjects whether anybody may pull from projects that are created
 * @param compareDigests whether every blob is read; if not, sizes alone are compared
 * @param bytesPerSecond how much is read at most, 1 or more
 */
public record AdoptionOptions(
    ProjectName project, boolean publicProjects, boolean compareDigests, long bytesPerSecond) {}
