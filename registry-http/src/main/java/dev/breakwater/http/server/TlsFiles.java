package dev.breakwater.http.server;

import java.nio.file.Path;

/**
 * @param certificate PEM: the server's certificate, then those that lead to the root
 * @param key PEM: the private key, not encrypted
 */
public record TlsFiles(Path certificate, Path key) {}
