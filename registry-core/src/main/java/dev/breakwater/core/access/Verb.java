package dev.breakwater.core.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is done to a {@link Resource}: the "action" of the management API. */
public enum Verb {
  CREATE,
  READ,
  UPDATE,
  DELETE,
  LIST,
  PULL,
  PUSH,
  OPERATE,
  STOP;

  private static final Map<String, Verb> BY_LABEL =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Verb::label, verb -> verb));

  /** The word in the management API. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Verb> find(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
