package dev.breakwater.core.audit;

import java.util.List;
import reactor.core.publisher.Mono;

/** A system that takes log messages (RFC 5424), each framed by its length (RFC 6587, 3.4.1). */
public interface SyslogReceiver {
  /** Completes when all messages were handed over to the receiver's machine. */
  Mono<Void> send(SyslogAddress address, List<byte[]> messages);
}
