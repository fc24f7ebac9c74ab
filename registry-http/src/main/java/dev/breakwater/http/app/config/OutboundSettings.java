package dev.breakwater.http.app.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How other systems are reached.
 *
 * @param allowInternalTargets whether they may be on this machine or its link
 * @param ldapAuthorities PEM file with the authorities of the directory; empty: those of Java
 * @param auditAuthorities the same for the receiver of the audit log
 */
public record OutboundSettings(
    boolean allowInternalTargets,
    Optional<Path> ldapAuthorities,
    Optional<Path> auditAuthorities) {}
