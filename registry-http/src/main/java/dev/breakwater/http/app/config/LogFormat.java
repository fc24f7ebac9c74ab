package dev.breakwater.http.app.config;

/** What log lines look like. */
public enum LogFormat {
  TEXT,
  JSON
}
