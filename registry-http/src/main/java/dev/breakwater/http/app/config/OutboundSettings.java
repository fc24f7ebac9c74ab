package dev.breakwater.http.app.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How other systems are reached.
 *
 * @param allowInternalTargets whether they may be on this machine or its link
 * @param ldapAuthorities PEM file with the authorities of the directory; empty: those of Java
 */
public record OutboundSettings(boolean allowInternalTargets, Optional<Path> ldapAuthorities) {}
