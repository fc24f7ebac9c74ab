package dev.breakwater.storage.blob.filesystem;

import dev.breakwater.core.adoption.ObjectListing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Folders and files under a folder. */
final class FolderListing implements ObjectListing {
  private final Path root;
  private final Scheduler scheduler;

  FolderListing(Path root, Scheduler scheduler) {
    this.root = root;
    this.scheduler = scheduler;
  }

  @Override
  public Flux<String> folders(String path) {
    return Mono.fromCallable(() -> names(root.resolve(path)))
        .subscribeOn(scheduler)
        .onErrorMap(IOException.class, StorageErrors::translate)
        .flatMapIterable(names -> names);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  @Override
  public Mono<byte[]> read(String path, int limit) {
    return Mono.fromCallable(
            () -> SharedVolume.read(root.resolve(path), file -> firstBytes(file, limit)))
        .subscribeOn(scheduler)
        .onErrorMap(IOException.class, StorageErrors::translate);
  }

  private static byte[] firstBytes(Path file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit);
    }
  }
}
