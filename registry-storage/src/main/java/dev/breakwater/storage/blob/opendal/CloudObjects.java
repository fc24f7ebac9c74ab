package dev.breakwater.storage.blob.opendal;

import dev.breakwater.storage.blob.opendal.CloudException.Kind;
import java.io.EOFException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.opendal.AsyncOperator;
import org.apache.opendal.Entry;
import org.apache.opendal.ListOptions;
import org.apache.opendal.Metadata;
import org.apache.opendal.PresignedRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The objects of the service. The library does the work on threads of its own, and tries again what
 * may pass; our workers begin its calls and get its answers.
 */
final class CloudObjects implements AutoCloseable {
  /** For one request with all its repetitions. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Retry OVERTAKEN = Operators.again(EnumSet.of(Kind.OVERTAKEN));

  private final Operators operators;
  private final Optional<SwiftAccount> swift;
  private final Scheduler workers;

  CloudObjects(Operators operators, Optional<SwiftAccount> swift, Scheduler workers) {
    this.operators = operators;
    this.swift = swift;
    this.workers = workers;
  }

  /** Empty when there is no such object. */
  Mono<Metadata> stat(String key) {
    return call(operator -> operator.stat(key)).onErrorResume(CloudException.class, this::absent);
  }

  /** Fails with ABSENT when there is no such object. */
  Mono<byte[]> read(String key, long first, int length) {
    return call(operator -> operator.read(key, first, length))
        .flatMap(bytes ->
            bytes.length == length
                ? Mono.just(bytes)
                : Mono.error(
                    new EOFException(
                        key
                            + " has "
                            + bytes.length
                            + " bytes from "
                            + first
                            + ", not "
                            + length)));
  }

  /** At once: it is there with all its bytes, or as it was. */
  Mono<Void> write(String key, byte[] bytes) {
    return this.<Void>call(operator -> operator.write(key, bytes)).retryWhen(OVERTAKEN);
  }

  /** Nothing happens when there is none. */
  Mono<Void> delete(String key) {
    return this.<Void>call(operator -> operator.delete(key))
        .onErrorResume(CloudException.class, this::absent);
  }

  /** All objects whose keys begin like this, which ends with a slash. */
  Mono<List<Entry>> list(String prefix) {
    return call(operator -> operator.list(prefix, ListOptions.builder().recursive(true).build()))
        .map(entries -> entries.stream().filter(entry -> entry.getMetadata().isFile()).toList());
  }

  /** An address that is good for a while. */
  Mono<URI> locate(String key, Duration lifetime) {
    return call(operator -> operator.presignRead(key, lifetime))
        .map(PresignedRequest::getUri)
        .map(URI::create);
  }

  /**
   * What lies in a folder, and the folders in it.
   *
   * @param prefix what its keys begin with, which ends with a slash
   */
  Mono<List<Entry>> listFolder(String prefix) {
    return call(operator -> operator.list(prefix));
  }

  private <T> Mono<T> absent(CloudException error) {
    return error.kind() == Kind.ABSENT ? Mono.empty() : Mono.error(error);
  }

  private <T> Mono<T> call(Function<AsyncOperator, CompletableFuture<T>> request) {
    Mono<T> once = Mono.defer(() -> callOnce(request));
    return swift
        .map(account ->
            once.onErrorResume(
                CloudException.class,
                error ->
                    error.kind() == Kind.DENIED ? account.renew().then(once) : Mono.error(error)))
        .orElse(once)
        .timeout(PATIENCE);
  }

  private <T> Mono<T> callOnce(Function<AsyncOperator, CompletableFuture<T>> request) {
    return session()
        .subscribeOn(workers)
        .publishOn(workers)
        .flatMap(session -> Mono.fromFuture(() -> begin(session, request), true))
        .publishOn(workers)
        .onErrorMap(CloudException::of);
  }

  private Mono<Optional<SwiftSession>> session() {
    return swift
        .map(account -> account.session().map(Optional::of))
        .orElseGet(() -> Mono.just(Optional.empty()));
  }

  /** A call runs to its end even if nobody waits for it any more. */
  private <T> CompletableFuture<T> begin(
      Optional<SwiftSession> session, Function<AsyncOperator, CompletableFuture<T>> request) {
    AsyncOperator operator = operators.borrow(session);
    try {
      return request.apply(operator).whenComplete((_, _) -> operators.giveBack());
    } catch (RuntimeException e) {
      operators.giveBack();
      throw e;
    }
  }

  @Override
  public void close() {
    operators.close();
  }
}
