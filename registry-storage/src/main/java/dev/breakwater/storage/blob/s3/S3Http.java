package dev.breakwater.storage.blob.s3;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Signs and sends requests, and sends them again when they failed in a way that passes: with
 * growing pauses of random length, so that many clients do not come back at once.
 */
final class S3Http {
  private static final Logger log = LoggerFactory.getLogger(S3Http.class);
  private static final byte[] NOTHING = {};

  /** About 12 s in all. */
  private static final int RETRIES = 6;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** With TLS a large buffer would be encrypted at once and held a second time. */
  private static final int SLICE = 256 * 1024;

  private final HttpClient client;
  private final S3Address address;
  private final S3Signer signer;
  private final S3Credentials credentials;

  S3Http(HttpClient client, S3Address address, S3Signer signer, S3Credentials credentials) {
    this.client = client;
    this.address = address;
    this.signer = signer;
    this.credentials = credentials;
  }

  /**
   * Sends a request whose answer is small.
   *
   * @return an answer of status 2xx; anything else is an {@link S3Exception}
   */
  Mono<S3Answer> send(S3Request request) {
    return Mono.defer(() -> sendOnce(request)).retryWhen(again(request));
  }

  /**
   * Sends a request whose answer is a document. An error may come with status 200, when the service
   * began to answer before it was done; it is tried again like any other.
   *
   * @param roots what the document's root may be called
   */
  Mono<XmlElement> sendForDocument(S3Request request, String... roots) {
    return Mono.defer(() -> sendOnce(request))
        .flatMap(answer -> Mono.fromCallable(() -> answer.document(roots)))
        .retryWhen(again(request));
  }

  /** Sends a request for content; whoever gets the download reads or closes it. */
  Mono<S3Download> open(S3Request request) {
    return openOnce(request).retryWhen(again(request));
  }

  /** A location of the object that needs no further credentials, under another address. */
  Mono<URI> presign(S3Request request, S3Address external, Duration lifetime) {
    return credentials
        .current()
        .map(identity -> signer.presign(request, external, identity, lifetime));
  }

  /** How often and when something is tried again that failed; a success begins anew. */
  static RetryBackoffSpec again(S3Request request) {
    return Retry.backoff(RETRIES, FIRST_PAUSE)
        .maxBackoff(LONGEST_PAUSE)
        .jitter(0.5)
        .transientErrors(true)
        .filter(S3Errors::isPassing)
        .doBeforeRetry(signal ->
            log.debug(
                "{} {} again: {}", request.method(), request.key(), signal.failure().toString()))
        .onRetryExhaustedThrow((_, signal) -> signal.failure());
  }

  private Mono<S3Answer> sendOnce(S3Request request) {
    return signed(request)
        .flatMap(signed ->
            sender(request, signed)
                .responseSingle((response, body) ->
                    body.asByteArray()
                        .defaultIfEmpty(NOTHING)
                        .flatMap(bytes -> answer(response, bytes))))
        .timeout(request.patience(), Mono.error(() -> late(request)));
  }

  /** The same, for those who try again themselves. */
  Mono<S3Download> openOnce(S3Request request) {
    return Mono.defer(() -> signed(request))
        .flatMap(signed -> sender(request, signed).responseConnection(S3Http::download).single())
        .timeout(request.patience(), Mono.error(() -> late(request)))
        .doOnDiscard(S3Download.class, S3Download::close);
  }

  private Mono<SdkHttpRequest> signed(S3Request request) {
    return credentials.current().map(identity -> signer.sign(request, address, identity));
  }

  private HttpClient.ResponseReceiver<?> sender(S3Request request, SdkHttpRequest signed) {
    return client
        .headers(headers -> copy(signed, request, headers))
        .request(request.method())
        .uri(signed.getUri().toString())
        .send((_, outbound) -> body(outbound, request.body()));
  }

  private static void copy(SdkHttpRequest signed, S3Request request, HttpHeaders headers) {
    signed.headers().forEach(headers::set);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    boolean hasBody = request.body().hasRemaining();
    if (hasBody || isWrite(request)) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(request.body().remaining()));
    }
  }

  private static boolean isWrite(S3Request request) {
    return switch (request.method().name()) {
      case "PUT", "POST" -> true;
      default -> false;
    };
  }

  private Publisher<Void> body(NettyOutbound outbound, ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      return outbound;
    }
    return address.isSecure()
        ? outbound.send(slices(bytes))
        : outbound.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes.duplicate())));
  }

  private static Flux<ByteBuf> slices(ByteBuffer bytes) {
    return Flux.generate(
        bytes::duplicate,
        (rest, sink) -> {
          int length = Math.min(SLICE, rest.remaining());
          sink.next(Unpooled.wrappedBuffer(rest.slice(rest.position(), length)));
          rest.position(rest.position() + length);
          if (!rest.hasRemaining()) {
            sink.complete();
          }
          return rest;
        });
  }

  private static Mono<S3Answer> answer(HttpClientResponse response, byte[] body) {
    int status = response.status().code();
    return status / 100 == 2
        ? Mono.just(new S3Answer(status, response.responseHeaders(), body))
        : Mono.error(S3Exception.of(status, body));
  }

  private static Mono<S3Download> download(HttpClientResponse response, Connection connection) {
    int status = response.status().code();
    if (status == 200 || status == 206) {
      return Mono.just(
          new S3Download(new S3Answer(status, response.responseHeaders(), NOTHING), connection));
    }
    return connection
        .inbound()
        .receive()
        .aggregate()
        .asByteArray()
        .defaultIfEmpty(NOTHING)
        .flatMap(bytes -> Mono.error(S3Exception.of(status, bytes)));
  }

  private static TimeoutException late(S3Request request) {
    return new TimeoutException(
        "S3 did not answer " + request.method() + " within " + request.patience());
  }
}
