package dev.breakwater.core.adoption;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.project.Project;

/**
 * A repository that is adopted.
 *
 * @param path its name in the other registry
 * @param name its name here
 * @param project where it belongs
 */
record FoundRepository(String path, RepositoryName name, Project project) {}
