package dev.breakwater.core.project;

import dev.breakwater.core.access.Role;
import java.util.Map;
import java.util.Optional;

/**
 * What a project holds.
 *
 * @param members how many have which role; empty for whoever may not see the members
 * @param storageLimit in bytes, {@link NewProject#UNLIMITED}; empty for whoever may not see it
 */
public record ProjectSummary(
    long repositories, Optional<Map<Role, Long>> members, Optional<Long> storageLimit) {}
