package dev.breakwater.storage.blob.s3;

import dev.breakwater.core.adoption.ObjectListing;
import dev.breakwater.storage.blob.ObjectKeys;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Objects as files: what stands before a slash of a key is a folder. */
final class S3Listing implements ObjectListing {
  private final S3Objects objects;
  private final ObjectKeys keys;

  S3Listing(S3Objects objects, ObjectKeys keys) {
    this.objects = objects;
    this.keys = keys;
  }

  @Override
  public Flux<String> folders(String path) {
    String prefix = keys.registry() + path + "/";
    return objects
        .listFolders(prefix, Optional.empty())
        .expand(page ->
            Mono.justOrEmpty(page.find("NextContinuationToken"))
                .filter(token -> !token.isEmpty())
                .flatMap(token -> objects.listFolders(prefix, Optional.of(token))))
        .flatMapIterable(page -> page.all("CommonPrefixes"))
        .map(folder -> folder.find("Prefix").orElse(""))
        .filter(key -> key.startsWith(prefix) && key.length() > prefix.length() + 1)
        .map(key -> key.substring(prefix.length(), key.length() - 1))
        .onErrorMap(S3Errors::translate);
  }

  /** There is no part of an object without bytes. */
  @Override
  public Mono<byte[]> read(String path, int limit) {
    return objects
        .get(keys.registry() + path, 0, limit)
        .onErrorResume(S3Exception.class, S3Listing::emptyOrAbsent)
        .onErrorMap(S3Errors::translate);
  }

  private static Mono<byte[]> emptyOrAbsent(S3Exception error) {
    if (error.isAbsent()) {
      return Mono.empty();
    }
    return error.status() == 416 ? Mono.just(new byte[0]) : Mono.error(error);
  }
}
