package dev.breakwater.core.query;

import java.util.List;
import java.util.Optional;

/**
 * One condition of a list, on a field by the name that clients use. Values are texts as they came;
 * whoever knows the field's type reads them, and refuses what is none.
 */
public sealed interface Condition {
  String field();

  /** {@code k=v}: equal. */
  record Exact(String field, String value) implements Condition {}

  /** {@code k=~v}: contains, whatever the case of its letters. */
  record Fuzzy(String field, String part) implements Condition {}

  /** {@code k=[min~max]}: from one to the other, both included; at least one is there. */
  record Range(String field, Optional<String> min, Optional<String> max) implements Condition {}

  /** {@code k={v1 v2}}: equal to one of them. */
  record AnyOf(String field, List<String> values) implements Condition {
    public AnyOf {
      values = List.copyOf(values);
    }
  }

  /** {@code k=(v1 v2)}: has all of them. */
  record AllOf(String field, List<String> values) implements Condition {
    public AllOf {
      values = List.copyOf(values);
    }
  }
}
