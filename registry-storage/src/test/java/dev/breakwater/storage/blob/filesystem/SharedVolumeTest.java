package dev.breakwater.storage.blob.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.blob.UploadId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** What other machines do to the files of a volume that replicas share. */
final class SharedVolumeTest {
  @TempDir private Path root;

  @Test
  void looksAgainForAFileThatIsStale() throws IOException {
    AtomicInteger attempts = new AtomicInteger();

    Long length =
        SharedVolume.read(
            root.resolve("a"),
            file -> {
              if (attempts.incrementAndGet() < 3) {
                throw new FileSystemException(file.toString(), null, "Stale file handle");
              }
              return 7L;
            });

    assertThat(length).isEqualTo(7);
  }

  @Test
  void givesUpOnAFileThatStaysStale() {
    assertThatThrownBy(() ->
            SharedVolume.read(
                root.resolve("a"),
                file -> {
                  throw new FileSystemException(file.toString(), null, "Stale file handle");
                }))
        .hasMessageContaining("Stale");
  }

  @Test
  void opensTheFoldersBeforeItBelievesThatAFileIsMissing() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    Path file = root.resolve("ab/abcd/data");
    Files.createDirectories(file.getParent());

    assertThat(
            SharedVolume.<Long>read(
                file,
                each -> {
                  attempts.incrementAndGet();
                  throw new NoSuchFileException(each.toString());
                }))
        .isNull();

    assertThat(attempts).hasValue(2);
    assertThat(SharedVolume.<Long>read(root.resolve("no/such/folder"), Files::size)).isNull();
  }

  @Test
  void leavesAReplicaThatWakesUpAFileWithoutAName() throws IOException {
    FilesystemBlobStore store = FilesystemBlobStore.open(root, Schedulers.immediate());
    UploadId upload = UploadId.random();
    Path file = new BlobPaths(root).upload(upload);
    UploadFileSink asleep = new UploadFileSink(file, 0, Optional.empty());
    write(asleep, "first");

    store.seize(upload).block(Duration.ofSeconds(10));
    write(asleep, " and a word too late");
    asleep.close();

    assertThat(file).hasContent("first");
    store.seize(UploadId.random()).block(Duration.ofSeconds(10));
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    store.close();
  }

  private static void write(UploadFileSink sink, String text) throws IOException {
    sink.write(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes())}, 1);
  }
}
