package dev.breakwater.storage.redis;

import dev.breakwater.core.limit.SharedBuckets;
import io.lettuce.core.ScriptOutputType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Buckets in Redis: a hash with what was left and when, by the server's clock, gone when it would
 * be full again. One script takes, so that replicas never take the same one.
 */
public final class RedisBuckets implements SharedBuckets {
  private static final Logger log = LoggerFactory.getLogger(RedisBuckets.class);
  private static final String PREFIX = "breakwater:bucket:";

  private static final String TAKE =
      """
      local burst = tonumber(ARGV[1])
      local rate = tonumber(ARGV[2])
      local time = redis.call('TIME')
      local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
      local known = redis.call('HMGET', KEYS[1], 'rest', 'at')
      local rest = burst
      if known[1] and known[2] then
        rest = math.min(burst, tonumber(known[1]) + math.max(0, now - tonumber(known[2])) * rate)
      end
      rest = math.max(0, rest - 1)
      redis.call('HSET', KEYS[1], 'rest', tostring(rest), 'at', string.format('%.6f', now))
      redis.call('PEXPIRE', KEYS[1], math.ceil((burst - rest) / rate * 1000) + 1000)
      return tostring(rest)
      """;

  private final Redis redis;

  public RedisBuckets(Redis redis) {
    this.redis = redis;
  }

  @Override
  public Mono<Double> take(String key, double burst, double perSecond) {
    return redis
        .run(commands ->
            commands
                .<String>eval(
                    TAKE,
                    ScriptOutputType.VALUE,
                    new String[] {PREFIX + key},
                    Double.toString(burst),
                    Double.toString(perSecond))
                .next())
        .map(Double::valueOf)
        .onErrorResume(
            Exception.class,
            error -> {
              log.debug("a bucket cannot be shared: {}", error.toString());
              return Mono.empty();
            });
  }
}
