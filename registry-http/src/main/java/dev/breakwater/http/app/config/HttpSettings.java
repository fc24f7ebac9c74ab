package dev.breakwater.http.app.config;

import dev.breakwater.http.server.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The public server.
 *
 * @param port 0: the system chooses
 * @param externalUrl how clients know this registry, without a slash at the end; empty: by the
 *     address they used
 * @param tls empty: plain HTTP
 * @param trustedProxies CIDR
 * @param maxHeaderSize in bytes
 * @param maxUriLength in bytes
 * @param shutdownDelay how long requests are still taken after SIGTERM
 * @param shutdownGrace how long running transfers may go on after SIGTERM
 */
public record HttpSettings(
    String address,
    int port,
    Optional<URI> externalUrl,
    Optional<TlsFiles> tls,
    List<String> trustedProxies,
    int maxConnections,
    int maxHeaderSize,
    int maxUriLength,
    Duration idleTimeout,
    Duration stallTimeout,
    int maxConcurrentUploads,
    Duration shutdownDelay,
    Duration shutdownGrace) {}
