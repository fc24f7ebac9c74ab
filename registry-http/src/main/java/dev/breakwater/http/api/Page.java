package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.query.Condition;
import dev.breakwater.core.query.ListRequest;
import dev.breakwater.core.query.QueryParser;
import dev.breakwater.http.server.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which page of a list is asked for ({@code page}, {@code page_size}), and the headers that lead to
 * its neighbours.
 *
 * @param number from 1 on
 * @param size 1 to {@value #MAX_SIZE}
 */
public record Page(int number, int size) {
  public static final int MAX_SIZE = 100;

  private static final int DEFAULT_SIZE = 10;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** Beyond it nobody pages by numbers. */
  private static final int MAX_NUMBER = 10_000_000;

  /**
   * @throws RegistryException UNPROCESSABLE if a number is out of range
   */
  public static Page of(Exchange exchange) {
    return new Page(
        number(exchange, "page", 1, MAX_NUMBER),
        number(exchange, "page_size", DEFAULT_SIZE, MAX_SIZE));
  }

  private static int number(Exchange exchange, String name, int fallback, int maximum) {
    String text = exchange.parameter(name).orElse("");
    if (text.isEmpty()) {
      return fallback;
    }
    if (NUMBER.matcher(text).matches()) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= maximum) {
        return number;
      }
    }
    throw new RegistryException(
        ErrorCode.UNPROCESSABLE,
        name + " is '" + Printable.shorten(text) + "'; it must be from 1 to " + maximum);
  }

  /**
   * What is asked for by {@code q} and {@code sort}, on this page.
   *
   * @throws RegistryException BAD_REQUEST if one of them is malformed
   */
  public ListRequest request(Exchange exchange) {
    return new ListRequest(
        QueryParser.conditions(exchange.parameter("q").map(Page::decoded).orElse("")),
        QueryParser.orders(exchange.parameter("sort").orElse("")),
        offset(),
        size);
  }

  /** A parameter of its own, for a single field: equal. Empty when it is missing or empty. */
  public static Optional<Condition> exact(Exchange exchange, String parameter) {
    return given(exchange, parameter).map(value -> new Condition.Exact(parameter, value));
  }

  /** A parameter of its own, for a single field: contains. Empty when it is missing or empty. */
  public static Optional<Condition> fuzzy(Exchange exchange, String parameter) {
    return given(exchange, parameter).map(value -> new Condition.Fuzzy(parameter, value));
  }

  private static Optional<String> given(Exchange exchange, String parameter) {
    return exchange.parameter(parameter).filter(value -> !value.isEmpty());
  }

  /** Harbor's own clients encode the parameter twice. */
  private static String decoded(String text) {
    return text.indexOf('=') < 0 && text.toLowerCase(Locale.ROOT).contains("%3d")
        ? ApiRouter.decode(text)
        : text;
  }

  /** How many to skip. */
  public int offset() {
    return (number - 1) * size;
  }

  /** Sets {@code X-Total-Count} and, where there are neighbours, {@code Link}. */
  public void describe(Exchange exchange, long total) {
    exchange.response().header("X-Total-Count", Long.toString(total));
    List<String> links = new ArrayList<>();
    if (number > 1) {
      links.add(link(exchange, number - 1, "prev"));
    }
    if ((long) number * size < total) {
      links.add(link(exchange, number + 1, "next"));
    }
    if (!links.isEmpty()) {
      exchange.response().header("Link", String.join(" , ", links));
    }
  }

  private String link(Exchange exchange, int target, String relation) {
    StringBuilder link = new StringBuilder("<").append(exchange.path()).append('?');
    for (String pair : otherParameters(exchange)) {
      link.append(pair).append('&');
    }
    return link.append("page=")
        .append(target)
        .append("&page_size=")
        .append(size)
        .append(">; rel=\"")
        .append(relation)
        .append('"')
        .toString();
  }

  /** As they came, still encoded: nothing decoded gets into a header. */
  private static List<String> otherParameters(Exchange exchange) {
    String uri = exchange.request().uri();
    int question = uri.indexOf('?');
    if (question < 0) {
      return List.of();
    }
    List<String> others = new ArrayList<>();
    for (String pair : uri.substring(question + 1).split("&", -1)) {
      boolean own = pair.startsWith("page=") || pair.startsWith("page_size=");
      if (!own && !pair.isEmpty() && pair.indexOf('>') < 0) {
        others.add(pair);
      }
    }
    return others;
  }
}
