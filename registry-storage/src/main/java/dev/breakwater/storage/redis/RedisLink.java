package dev.breakwater.storage.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.reactive.RedisClusterReactiveCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import reactor.core.publisher.Mono;

/** Makes connections to whichever server is the one to write to when it is asked. */
interface RedisLink {
  Mono<Commands> connect();

  Mono<StatefulRedisPubSubConnection<String, String>> connectPubSub();

  /** Closes the connections that are left, and the threads. */
  Mono<Void> close();

  /**
   * A connection and what can be done on it.
   *
   * @param connection is shared by all
   */
  record Commands(
      StatefulConnection<String, String> connection,
      RedisClusterReactiveCommands<String, String> reactive) {}
}
