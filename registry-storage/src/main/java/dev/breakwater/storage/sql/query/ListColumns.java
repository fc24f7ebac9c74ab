package dev.breakwater.storage.sql.query;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.Order;
import dev.breakwater.core.query.Slice;
import dev.breakwater.storage.sql.Rows;
import dev.breakwater.storage.sql.Statements;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The fields by which a list can be filtered and ordered, and the columns behind them: nothing that
 * a client names gets into a statement but through this table, and nothing that it says but as a
 * bound value.
 *
 * <p>As in Harbor's API, a name may be written as a column ({@code project_id}) or as a member
 * ({@code ProjectID}), and one that is not declared is ignored. One that sounds like a secret is
 * refused instead: nobody shall find out a password letter by letter, nor believe that they could.
 */
public final class ListColumns {
  private static final List<String> SECRETS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "salt",
          "secret",
          "hash",
          "token",
          "sealed",
          "credential",
          "privatekey",
          "jwks");

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Map<String, String> ties = new HashMap<>();
  private final String usualOrder;
  private final String key;

  private ListColumns(String usualOrder, String key) {
    this.usualOrder = usualOrder;
    this.key = key;
  }

  /**
   * @param usualOrder what counts when the client names no order, such as {@code name}; followed by
   *     the key unless it ends with it
   * @param key a unique column: it decides between rows that are equal otherwise
   */
  public static ListColumns orderedBy(String usualOrder, String key) {
    return new ListColumns(usualOrder, key);
  }

  public ListColumns text(String field, String column) {
    return add(field, column, ColumnType.TEXT);
  }

  /** A whole number. */
  public ListColumns number(String field, String column) {
    return add(field, column, ColumnType.NUMBER);
  }

  public ListColumns time(String field, String column) {
    return add(field, column, ColumnType.TIME);
  }

  /** True or false. */
  public ListColumns flag(String field, String column) {
    return add(field, column, ColumnType.FLAG);
  }

  /** What decides between rows that are equal in a field, before the key does. */
  public ListColumns breakingTies(String field, String column) {
    ties.put(find(field).orElseThrow().sql(), column);
    return this;
  }

  private ListColumns add(String field, String column, ColumnType type) {
    columns.put(normalized(field), new Column(field, column, type));
    return this;
  }

  /**
   * One page of a list and the number of all its elements.
   *
   * @param select up to the end of the FROM clause
   * @param count the same for {@code SELECT count(*) AS n}
   * @param scope what is true for every element, whatever the client asks for; not used again
   */
  public <T> Mono<Slice<T>> slice(
      Statements statements,
      String select,
      String count,
      Conditions scope,
      ListRequest request,
      Function<Readable, T> mapper) {
    return Mono.defer(() -> {
      Conditions all = narrow(scope, request.conditions());
      return slice(
          statements,
          page(select, all, request),
          all,
          request,
          mapper,
          () ->
              statements.one(count + all.where(), row -> Rows.number(row, "n"), all.parameters()));
    });
  }

  /**
   * The same with statements of one's own. One row more than the page has is asked for: on the last
   * page nothing needs to be counted.
   *
   * @param page the statement, as {@link #page} or {@link #pageOfKeys} make it
   * @param conditions the client's among them
   * @param count how many elements there are
   */
  public static <T> Mono<Slice<T>> slice(
      Statements statements,
      String page,
      Conditions conditions,
      ListRequest request,
      Function<Readable, T> mapper,
      Supplier<Mono<Long>> count) {
    long offset = request.offset();
    int limit = request.limit();
    return statements
        .many(page, mapper, conditions.parameters(request.offset(), limit + 1))
        .flatMap(rows ->
            rows.size() <= limit && (offset == 0 || !rows.isEmpty())
                ? Mono.just(new Slice<>(rows, offset + rows.size()))
                : count
                    .get()
                    .map(total ->
                        new Slice<>(rows.subList(0, Math.min(limit, rows.size())), total)));
  }

  /** The statement of one page; its last two values are how many to skip and how many at most. */
  public String page(String select, Conditions conditions, ListRequest request) {
    return select + conditions.where() + orderBy(request.orders()) + section(conditions);
  }

  /**
   * The same where rows cost more than their keys: the keys of the page are found first, and what
   * is skipped costs an entry of an index each.
   *
   * @param select up to a condition on the key, such as {@code SELECT ... WHERE}
   * @param table has the key and all that is ordered or filtered by
   */
  public String pageOfKeys(
      String select, String table, Conditions conditions, ListRequest request) {
    String order = orderBy(request.orders());
    return select
        + " "
        + key
        + " IN (SELECT "
        + key
        + " FROM "
        + table
        + conditions.where()
        + order
        + section(conditions)
        + ")"
        + order;
  }

  private static String section(Conditions conditions) {
    return " OFFSET $" + (conditions.size() + 1) + " LIMIT $" + (conditions.size() + 2);
  }

  /**
   * Adds what the client asked for.
   *
   * @throws RegistryException BAD_REQUEST for a value that is none of its field's
   */
  public Conditions narrow(Conditions conditions, List<Condition> asked) {
    for (Condition condition : asked) {
      find(condition.field()).ifPresent(column -> column.add(conditions, condition));
    }
    return conditions;
  }

  /** The ORDER BY clause with a blank in front. */
  public String orderBy(List<Order> asked) {
    List<String> terms = new ArrayList<>();
    boolean descending = false;
    for (Order order : asked) {
      Optional<Column> column = find(order.field());
      if (column.isPresent()) {
        descending = order.descending();
        String direction = descending ? " DESC" : "";
        String sql = column.get().sql();
        terms.add(sql + direction);
        Optional.ofNullable(ties.get(sql)).ifPresent(tie -> terms.add(tie + direction));
      }
    }
    if (terms.isEmpty()) {
      return " ORDER BY " + usualOrder;
    }
    if (!terms.contains(key) && !terms.contains(key + " DESC")) {
      // The same direction, so that an index on both can be read backwards.
      terms.add(key + (descending ? " DESC" : ""));
    }
    return " ORDER BY " + String.join(", ", terms);
  }

  private Optional<Column> find(String field) {
    String name = normalized(field);
    Column column = columns.get(name);
    if (column == null && SECRETS.stream().anyMatch(name::contains)) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "there is no field '" + Printable.shorten(field) + "' here; possible are " + fields());
    }
    return Optional.ofNullable(column);
  }

  private String fields() {
    return String.join(", ", columns.values().stream().map(Column::field).toList());
  }

  private static String normalized(String field) {
    return field.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
