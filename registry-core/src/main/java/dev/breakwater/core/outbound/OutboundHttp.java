package dev.breakwater.core.outbound;

import reactor.core.publisher.Mono;

/** Sends requests to other systems whose addresses came from people or from documents. */
@FunctionalInterface
public interface OutboundHttp {
  /**
   * The answer, whatever its status.
   *
   * @return an error BAD_REQUEST if the address is not one that may be connected to; UNAVAILABLE if
   *     it does not answer in time, is not trusted, or answers too much
   */
  Mono<OutboundResponse> send(OutboundRequest request);
}
