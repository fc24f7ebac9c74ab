package dev.breakwater.http.app.config;

/** What is logged, and how. */
public record LogSettings(LogFormat format, LogLevel level) {}
