package dev.breakwater.core.group;

/**
 * A group with a row.
 *
 * @param id the row's number, positive
 * @param name what people call it; unique among those of its kind, unless it is of a directory
 * @param ldapDn the distinguished name, normalised; empty for a group of no directory
 */
public record UserGroup(long id, String name, GroupKind kind, String ldapDn) {}
