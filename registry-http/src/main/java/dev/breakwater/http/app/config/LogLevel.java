package dev.breakwater.http.app.config;

/** From which level on lines are logged. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE
}
