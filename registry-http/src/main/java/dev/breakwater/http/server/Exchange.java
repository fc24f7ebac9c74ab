package dev.breakwater.http.server;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.principal.Caller;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** One request and its answer, with what filters and handlers learn of it on the way. */
public final class Exchange {
  private static final int MAX_PARAMETERS = 200;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String requestId;
  private final ClientAddress client;
  private final HttpMetrics metrics;
  private final String path;
  private @Nullable Channel channel;
  private @Nullable Map<String, List<String>> query;
  private String route = "unmatched";
  private Caller caller = Caller.ANONYMOUS;
  private long sentBytes;

  Exchange(
      HttpServerRequest request,
      HttpServerResponse response,
      String requestId,
      ClientAddress client,
      HttpMetrics metrics) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.client = client;
    this.metrics = metrics;
    response.withConnection(connection -> channel = connection.channel());
    String uri = request.uri();
    int question = uri.indexOf('?');
    this.path = merged(question < 0 ? uri : uri.substring(0, question));
  }

  /** Several slashes in a row are one. */
  private static String merged(String path) {
    if (!path.contains("//")) {
      return path;
    }
    StringBuilder merged = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
        merged.append(path.charAt(i));
      }
    }
    return merged.toString();
  }

  public HttpServerRequest request() {
    return request;
  }

  public HttpServerResponse response() {
    return response;
  }

  /** What the request came by; the response forgets it when it ends. */
  Optional<Channel> channel() {
    return Optional.ofNullable(channel);
  }

  /** The id that stands in the answer, in every log line and in the body of an internal error. */
  public String requestId() {
    return requestId;
  }

  public ClientAddress client() {
    return client;
  }

  public HttpMethod method() {
    return request.method();
  }

  public boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  /** The path, still encoded, without the query and without slashes that are doubled. */
  public String path() {
    return path;
  }

  /** The value of a header, empty when it is missing. */
  public Optional<String> header(CharSequence name) {
    return Optional.ofNullable(request.requestHeaders().get(name));
  }

  /**
   * A proxy in front may have looked at another one than we would (RFC 9112, section 3.2).
   *
   * @throws RegistryException BAD_REQUEST when a request of HTTP/1.1 has no Host, or several
   */
  void requireOneHost() {
    if (request.version().equals(HttpVersion.HTTP_1_1)
        && !isHttp2()
        && request.requestHeaders().getAll(HttpHeaderNames.HOST).size() != 1) {
      response.keepAlive(false);
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the request must have one Host header, and no other");
    }
  }

  /**
   * Some programs take a semicolon for an ampersand: what a proxy let pass would be another query.
   *
   * @throws RegistryException BAD_REQUEST when the query has one that is not encoded, or stands for
   *     what is no text
   */
  void requireWellFormedQuery() {
    String uri = request.uri();
    int question = uri.indexOf('?');
    if (question >= 0 && uri.indexOf(';', question) >= 0) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the query has a ';'; write %3B if it is meant");
    }
    if (question >= 0 && uri.indexOf('%', question) >= 0) {
      decoded().values().forEach(values -> values.forEach(Exchange::requireText));
    }
  }

  /** What is not UTF-8 was replaced when it was decoded. */
  private static void requireText(String value) {
    if (value.indexOf('\0') >= 0 || value.indexOf('\ufffd') >= 0) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the query has a NUL character, or bytes that are not UTF-8");
    }
  }

  /** The first value of a query parameter, decoded. */
  public Optional<String> parameter(String name) {
    List<String> values = parameters(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** All values of a query parameter, decoded. */
  public List<String> parameters(String name) {
    return decoded().getOrDefault(name, List.of());
  }

  private Map<String, List<String>> decoded() {
    Map<String, List<String>> decoded = query;
    if (decoded == null) {
      decoded = request.uri().indexOf('?') < 0 ? Map.of() : decode(request.uri());
      query = decoded;
    }
    return decoded;
  }

  /** The declared length of the body; empty when it is chunked or there is none. */
  public Optional<Long> contentLength() {
    String value = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
    return value == null ? Optional.empty() : Optional.of(Long.parseLong(value));
  }

  /** Whether the request declares a body of at least one byte or of unknown length. */
  public boolean hasBody() {
    return contentLength()
        .map(length -> length > 0)
        .orElseGet(() ->
            HttpUtil.isTransferEncodingChunked(nettyRequest())
                || (isHttp2() && !isBodiless(request.method())));
  }

  /** Whether the request came by HTTP/2. */
  public boolean isHttp2() {
    return request.version().majorVersion() == 2
        || request.requestHeaders().contains("x-http2-stream-id");
  }

  public boolean isSecure() {
    return request.scheme().equals("https");
  }

  /** What the route is called in metrics and the access log. */
  public String route() {
    return route;
  }

  public void route(String name) {
    this.route = name;
  }

  /** Who is calling, once it is known. */
  public Caller caller() {
    return caller;
  }

  public void caller(Caller known) {
    this.caller = known;
  }

  /** How many bytes of body were given to the connection, for the access log. */
  public long sentBytes() {
    return sentBytes;
  }

  /** So many more bytes of the answer's body went out, or are about to. */
  public void sent(long bytes) {
    sentBytes += bytes;
    metrics.sent(bytes);
  }

  /** So many more bytes of the request's body came. */
  public void received(long bytes) {
    metrics.received(bytes);
  }

  /** Answers without a body. */
  public Mono<Void> sendEmpty(int status) {
    response.status(status);
    if (status != 204 && status != 304) {
      response.header("Content-Length", "0");
    }
    return response.send().then();
  }

  /** Answers with a body that is in memory; a HEAD gets the headers alone. */
  public Mono<Void> sendBytes(int status, String contentType, byte[] body) {
    response
        .status(status)
        .header("Content-Type", contentType)
        .header("Content-Length", Integer.toString(body.length));
    if (isHead()) {
      return response.send().then();
    }
    sent(body.length);
    return response.sendObject(Unpooled.wrappedBuffer(body)).then();
  }

  private static Map<String, List<String>> decode(String uri) {
    try {
      return QueryStringDecoder.builder().maxParams(MAX_PARAMETERS).build(uri).parameters();
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the query is not well-formed; check its %-escapes");
    }
  }

  private HttpRequest nettyRequest() {
    return new DefaultHttpRequest(
        request.version(), request.method(), "/", request.requestHeaders());
  }

  private static boolean isBodiless(HttpMethod method) {
    return method.equals(HttpMethod.GET)
        || method.equals(HttpMethod.HEAD)
        || method.equals(HttpMethod.DELETE);
  }
}
