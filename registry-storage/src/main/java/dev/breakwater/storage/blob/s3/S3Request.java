package dev.breakwater.storage.blob.s3;

import io.netty.handler.codec.http.HttpMethod;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that may be sent several times.
 *
 * @param key empty: to the bucket itself
 * @param query names and values, not encoded
 * @param body its remaining bytes are sent; its position is not moved
 * @param patience after which time an attempt is given up
 */
record S3Request(
    HttpMethod method,
    String key,
    Map<String, String> query,
    Map<String, String> headers,
    ByteBuffer body,
    Duration patience) {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);

  static S3Request of(HttpMethod method, String key) {
    return new S3Request(method, key, Map.of(), Map.of(), NOTHING, USUAL_PATIENCE);
  }

  S3Request with(String parameter, String value) {
    return new S3Request(method, key, plus(query, parameter, value), headers, body, patience);
  }

  S3Request withHeader(String name, String value) {
    return new S3Request(method, key, query, plus(headers, name, value), body, patience);
  }

  S3Request withHeaders(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new S3Request(method, key, query, all, body, patience);
  }

  /** Slow networks get the time that 64 KiB/s need. */
  S3Request withBody(ByteBuffer bytes) {
    Duration transfer = Duration.ofSeconds(bytes.remaining() / (64 * 1024));
    return new S3Request(method, key, query, headers, bytes, patience.plus(transfer));
  }

  S3Request withPatience(Duration other) {
    return new S3Request(method, key, query, headers, body, other);
  }

  private static Map<String, String> plus(Map<String, String> map, String name, String value) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.put(name, value);
    return copy;
  }
}
