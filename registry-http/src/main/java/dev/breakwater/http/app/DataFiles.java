package dev.breakwater.http.app;

import dev.breakwater.core.volume.Volume;
import dev.breakwater.core.volume.VolumeSource;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What the API tells of the data directory, read away from the event loop. */
final class DataFiles implements VolumeSource {
  /** Larger than any chain of certificates. */
  private static final long MAX_CERTIFICATE = 1024 * 1024;

  private final Path directory;
  private final Scheduler workers;

  DataFiles(Path directory, Scheduler workers) {
    this.directory = directory;
    this.workers = workers;
  }

  /** The file {@code ca.crt} that the operator laid there; empty if there is none. */
  Mono<byte[]> authorityCertificate() {
    return Mono.defer(() -> Mono.justOrEmpty(read(directory.resolve("ca.crt"))))
        .subscribeOn(workers);
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MAX_CERTIFICATE
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Mono<List<Volume>> volumes() {
    return Mono.fromCallable(this::measure).subscribeOn(workers);
  }

  private List<Volume> measure() throws IOException {
    FileStore store = Files.getFileStore(directory);
    return List.of(new Volume(store.getTotalSpace(), store.getUsableSpace()));
  }
}
