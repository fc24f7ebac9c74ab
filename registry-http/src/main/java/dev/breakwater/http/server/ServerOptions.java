package dev.breakwater.http.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The limits of the HTTP server.
 *
 * @param port 0 lets the system choose
 * @param tls serve HTTPS with these files; plain HTTP when empty
 * @param maxHeaderSize all request headers together, in bytes
 * @param maxUriLength the request line, in bytes
 * @param maxConnections more are closed at once
 * @param idleTimeout how long a connection may be without a complete request: slow headers and
 *     unused keep-alive connections end here
 * @param stallTimeout how long a download may make no progress
 * @param trustedProxies networks, as CIDR, whose {@code X-Forwarded-*} headers count
 */
public record ServerOptions(
    String address,
    int port,
    Optional<TlsFiles> tls,
    int maxHeaderSize,
    int maxUriLength,
    int maxConnections,
    Duration idleTimeout,
    Duration stallTimeout,
    List<String> trustedProxies) {}
