package dev.breakwater.http.app.config;

import java.util.Map;
import java.util.Optional;

/** Values by key; what could not be parsed is missing. */
record ParsedValues(Map<String, Object> byKey) {

  /** The value; empty if it could not be parsed. */
  @SuppressWarnings("unchecked") // Each value was made by the parser of its own setting.
  <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable((T) byKey.get(setting.key()));
  }

  <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow();
  }

  <T> boolean isSet(Setting<Optional<T>> setting) {
    return find(setting).flatMap(value -> value).isPresent();
  }
}
