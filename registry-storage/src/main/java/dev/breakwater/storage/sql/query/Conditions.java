package dev.breakwater.storage.sql.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The conditions of a statement and the values bound to them. Only literals of ours become SQL. */
public final class Conditions {
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> parameters = new ArrayList<>();

  /**
   * Adds a condition.
   *
   * @param sql with a question mark for each value, and no other
   */
  public Conditions and(String sql, Object... values) {
    StringBuilder numbered = new StringBuilder();
    int used = 0;
    for (int i = 0; i < sql.length(); i++) {
      if (sql.charAt(i) == '?') {
        numbered.append(bind(values[used++]));
      } else {
        numbered.append(sql.charAt(i));
      }
    }
    if (used != values.length) {
      throw new IllegalArgumentException("not as many values as question marks: " + sql);
    }
    conditions.add(numbered.toString());
    return this;
  }

  /** Binds a value; answers the placeholder for it, such as {@code $3}. */
  public String bind(Object value) {
    parameters.add(value);
    return "$" + parameters.size();
  }

  /** The whole WHERE clause with a blank in front; empty when there is no condition. */
  public String where() {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  /** The bound values, and more behind them. */
  public Object[] parameters(Object... more) {
    List<Object> all = new ArrayList<>(parameters);
    Collections.addAll(all, more);
    return all.toArray();
  }

  /** How many values are bound. */
  public int size() {
    return parameters.size();
  }
}
