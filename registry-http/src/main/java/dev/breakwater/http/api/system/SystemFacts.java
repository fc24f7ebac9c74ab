package dev.breakwater.http.api.system;

import java.net.URI;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What the management API tells of this installation.
 *
 * @param version the program's, such as {@code 0.1.0}
 * @param storageDriver such as {@code filesystem}
 * @param authority the certificate that clients need to trust this server; empty: none of our own
 */
public record SystemFacts(
    String version, Optional<URI> externalUrl, String storageDriver, Mono<byte[]> authority) {}
