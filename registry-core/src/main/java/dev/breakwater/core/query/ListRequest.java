package dev.breakwater.core.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a list is asked for.
 *
 * @param conditions all of them hold for each element
 * @param orders by the first one first; empty: as the list is usually ordered
 * @param offset how many to skip, 0 or more
 * @param limit how many at most, 1 to 100
 */
public record ListRequest(List<Condition> conditions, List<Order> orders, int offset, int limit) {
  public ListRequest {
    conditions = List.copyOf(conditions);
    orders = List.copyOf(orders);
  }

  /** The same with one more condition, if there is one. */
  public ListRequest and(Optional<? extends Condition> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Condition> all = new ArrayList<>(conditions);
    all.add(more.get());
    return new ListRequest(all, orders, offset, limit);
  }

  /** Everything in the usual order. */
  public static ListRequest all(int offset, int limit) {
    return new ListRequest(List.of(), List.of(), offset, limit);
  }
}
