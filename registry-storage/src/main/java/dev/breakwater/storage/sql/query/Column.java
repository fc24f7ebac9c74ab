package dev.breakwater.storage.sql.query;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.query.Condition;
import java.util.List;

/**
 * A column of a list.
 *
 * @param field the name that clients use
 * @param sql the column, or an expression, in our own words
 */
record Column(String field, String sql, ColumnType type) {

  void add(Conditions conditions, Condition condition) {
    switch (condition) {
      case Condition.Exact exact -> conditions.and(sql + " = ?", type.read(field, exact.value()));
      case Condition.Fuzzy fuzzy -> addFuzzy(conditions, fuzzy.part());
      case Condition.Range range -> {
        range.min().ifPresent(min -> conditions.and(sql + " >= ?", type.read(field, min)));
        range.max().ifPresent(max -> conditions.and(sql + " <= ?", type.read(field, max)));
      }
      case Condition.AnyOf any -> conditions.and(sql + " = ANY (?)", array(any.values()));
      case Condition.AllOf all -> conditions.and(sql + " = ALL (?)", array(all.values()));
    }
  }

  private void addFuzzy(Conditions conditions, String part) {
    if (type != ColumnType.TEXT) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          field + " is no text, so '=~' is not possible with it; use = or [min~max]");
    }
    conditions.and(TextValues.containsTest(sql, part), TextValues.containing(field, part));
  }

  private Object array(List<String> values) {
    return values.stream().map(value -> type.read(field, value)).toArray(type::array);
  }
}
