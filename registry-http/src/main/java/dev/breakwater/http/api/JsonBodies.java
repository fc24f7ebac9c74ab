package dev.breakwater.http.api;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.json.Json;
import dev.breakwater.core.json.JsonException;
import dev.breakwater.core.json.JsonValue;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Exchange;
import java.util.Locale;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads JSON objects from request bodies. Small ones are parsed where they arrive, others not. */
public final class JsonBodies {
  /** Enough for everything but lists that people keep in files. */
  public static final int SMALL = 64 * 1024;

  /** The most that an operation may accept. */
  public static final int LARGE = 1024 * 1024;

  private static final int PARSED_ON_THE_LOOP = 16 * 1024;

  private final RequestBodies bodies;
  private final Scheduler workers;

  /**
   * @param workers parses bodies that would hold up the event loop
   */
  public JsonBodies(RequestBodies bodies, Scheduler workers) {
    this.bodies = bodies;
    this.workers = workers;
  }

  /**
   * The body, which must be a JSON object.
   *
   * @param limit in bytes, {@link #SMALL} to {@link #LARGE}
   */
  public Mono<JsonValue> object(Exchange exchange, int limit) {
    requireJson(exchange);
    return bodies
        .bytes(exchange, limit, ErrorCode.BODY_TOO_LARGE)
        .flatMap(bytes ->
            bytes.length <= PARSED_ON_THE_LOOP
                ? Mono.just(parse(bytes))
                : Mono.fromCallable(() -> parse(bytes)).subscribeOn(workers));
  }

  /** Without a type it is taken for JSON, as Harbor's API does. */
  private static void requireJson(Exchange exchange) {
    String type = exchange.header("Content-Type").orElse("application/json");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the Content-Type must be application/json");
    }
  }

  private static JsonValue parse(byte[] bytes) {
    try {
      JsonValue value = Json.parse(bytes);
      if (value.isObject()) {
        return value;
      }
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the body must be a JSON object");
    } catch (JsonException e) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the body is not JSON: " + e.getMessage());
    }
  }
}
