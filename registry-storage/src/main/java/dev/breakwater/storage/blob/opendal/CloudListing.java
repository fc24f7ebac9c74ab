package dev.breakwater.storage.blob.opendal;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.storage.blob.ObjectKeys;
import java.util.List;
import org.apache.opendal.Entry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Objects as files: what stands before a slash of a key is a folder. */
final class CloudListing implements ObjectListing {
  private final CloudObjects objects;
  private final ObjectKeys keys;

  CloudListing(CloudObjects objects, ObjectKeys keys) {
    this.objects = objects;
    this.keys = keys;
  }

  @Override
  public Flux<String> folders(String path) {
    String prefix = keys.registry() + path + "/";
    return objects
        .listFolder(prefix)
        .flatMapIterable(entries -> folders(prefix, entries))
        .onErrorMap(CloudException::translate);
  }

  private static List<String> folders(String prefix, List<Entry> entries) {
    return entries.stream()
        .map(Entry::getPath)
        .filter(key ->
            key.startsWith(prefix) && key.length() > prefix.length() + 1 && key.endsWith("/"))
        .map(key -> key.substring(prefix.length(), key.length() - 1))
        .sorted()
        .toList();
  }

  @Override
  public Mono<byte[]> read(String path, int limit) {
    String key = keys.registry() + path;
    return objects
        .stat(key)
        .flatMap(found -> {
          int length = (int) Math.min(limit, found.getContentLength());
          return length == 0 ? Mono.just(new byte[0]) : objects.read(key, 0, length);
        })
        .onErrorMap(CloudException::translate);
  }
}
