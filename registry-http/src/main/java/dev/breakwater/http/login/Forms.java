package dev.breakwater.http.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Reads small forms from request bodies. */
public final class Forms {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int MAX_SIZE = 64 * 1024;
  private static final int MAX_FIELDS = 50;

  private final RequestBodies bodies;

  public Forms(RequestBodies bodies) {
    this.bodies = bodies;
  }

  /** The form in the body. */
  public Mono<Form> read(Exchange exchange) {
    if (!exchange.header("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith(FORM)) {
      return Mono.error(
          new RegistryException(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the Content-Type must be " + FORM));
    }
    return bodies
        .bytes(exchange, MAX_SIZE, ErrorCode.BODY_TOO_LARGE)
        .map(body -> parse(new String(body, UTF_8)));
  }

  private static Form parse(String text) {
    try {
      return new Form(
          QueryStringDecoder.builder()
              .hasPath(false)
              .maxParams(MAX_FIELDS)
              .build(text)
              .parameters());
    } catch (IllegalArgumentException e) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "the body is not a form");
    }
  }

  /** A form; it may hold a password. */
  public record Form(Map<String, List<String>> fields) {
    /** The first value; empty if there is none. */
    public String text(String name) {
      return fields.getOrDefault(name, List.of()).stream().findFirst().orElse("");
    }

    /** Without the values: this may end up in a log. */
    @Override
    public String toString() {
      return "Form" + fields.keySet();
    }
  }
}
