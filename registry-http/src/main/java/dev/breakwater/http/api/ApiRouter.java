package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Authentication;
import dev.breakwater.http.server.Exchange;
import dev.breakwater.http.server.Handler;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds the operation of a request in a tree of path segments, so that the cost does not depend on
 * how many operations there are. A literal segment wins over a variable one. A slash at the end
 * counts for nothing. HEAD is answered by the operation of GET where there is none of its own.
 */
public final class ApiRouter implements Handler {
  private final Authentication authentication;
  private final Node root = new Node();
  private final List<Endpoint> endpoints = new ArrayList<>();

  public ApiRouter(Authentication authentication) {
    this.authentication = authentication;
  }

  /**
   * Adds an operation for callers that are known, or anonymous if they present nothing.
   *
   * @param template such as {@code /api/v2.0/projects/{project_name_or_id}}
   * @param name what it is called in metrics and in the API's description
   */
  public ApiRouter add(String method, String template, String name, Operation operation) {
    return add(template, new Route(method, name, true, operation));
  }

  /** Adds an operation that looks at no credential, not even at a wrong one. */
  public ApiRouter addOpen(String method, String template, String name, Operation operation) {
    return add(template, new Route(method, name, false, operation));
  }

  private ApiRouter add(String template, Route route) {
    Node node = root;
    for (String segment : segments(template)) {
      node = segment.startsWith("{") ? node.variable() : node.literal(segment);
    }
    if (node.routes.put(route.method(), route) != null) {
      throw new IllegalArgumentException(route.method() + " " + template + " is there twice");
    }
    endpoints.add(new Endpoint(route.method(), template, route.name()));
    return this;
  }

  /** All operations that were added. */
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  @Override
  public Mono<Void> handle(Exchange exchange) {
    exchange.route("api_others");
    List<String> variables = new ArrayList<>();
    Node node = root;
    for (String segment : segments(exchange.path())) {
      Node literal = node.literals.get(segment);
      if (literal == null && node.variable != null && !segment.isEmpty()) {
        variables.add(decode(segment));
      }
      node = literal == null ? node.variable : literal;
      if (node == null || (literal == null && segment.isEmpty())) {
        throw unknown(exchange);
      }
    }
    Route route = route(exchange, node);
    exchange.route(route.name());
    return authenticate(exchange, route)
        .then(Mono.defer(() -> route.operation().handle(exchange, new PathParameters(variables))));
  }

  private Mono<Void> authenticate(Exchange exchange, Route route) {
    return route.authenticated()
        ? authentication
            .authenticate(exchange)
            .doOnNext(caller -> {
              if (caller.grants().isPresent()) {
                throw new RegistryException(
                    ErrorCode.UNAUTHORIZED,
                    "a token of the registry is not good for this API; use a password");
              }
              exchange.caller(caller);
            })
            .then()
        : Mono.empty();
  }

  private static Route route(Exchange exchange, Node node) {
    String method = exchange.method().name();
    Route route = node.routes.get(method);
    if (route == null && method.equals("HEAD")) {
      route = node.routes.get("GET");
    }
    if (route != null) {
      return route;
    }
    if (node.routes.isEmpty()) {
      throw unknown(exchange);
    }
    String allowed = String.join(", ", node.routes.keySet());
    exchange.response().header("Allow", allowed);
    throw new RegistryException(
        ErrorCode.UNSUPPORTED,
        Printable.shorten(method) + " is not possible here, only " + allowed);
  }

  private static RegistryException unknown(Exchange exchange) {
    return new RegistryException(
        ErrorCode.NOT_FOUND, "there is no endpoint " + Printable.shorten(exchange.path()));
  }

  /** What is behind the percent signs; a plus is a plus. */
  static String decode(String segment) {
    try {
      return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          "'" + Printable.shorten(segment) + "' has a malformed percent sign");
    }
  }

  private static String[] segments(String path) {
    return withoutSlash(path).substring(1).split("/", -1);
  }

  /** The path of a request without a slash at its end: what is below it begins with another one. */
  public static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** An operation without what it does. */
  public record Endpoint(String method, String template, String name) {}

  private record Route(String method, String name, boolean authenticated, Operation operation) {}

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<String, Route> routes = new TreeMap<>();
    private @Nullable Node variable;

    Node literal(String segment) {
      return literals.computeIfAbsent(segment, _ -> new Node());
    }

    Node variable() {
      Node node = variable == null ? new Node() : variable;
      variable = node;
      return node;
    }
  }
}
