package dev.breakwater.http.app.config;

/**
 * The server of metrics and health.
 *
 * @param port 0: the system chooses
 */
public record ManagementSettings(String address, int port) {}
