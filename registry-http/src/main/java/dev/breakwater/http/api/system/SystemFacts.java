package dev.breakwater.http.api.system;

import java.net.URI;
import java.util.Optional;

/**
 * What the management API tells of this installation.
 *
 * @param version the program's, such as {@code 0.1.0}
 * @param storageDriver such as {@code filesystem}
 */
public record SystemFacts(String version, Optional<URI> externalUrl, String storageDriver) {}
