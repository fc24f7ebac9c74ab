package dev.breakwater.storage.blob.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobStore;
import dev.breakwater.core.blob.BlobStoreContract;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class FilesystemBlobStoreTest extends BlobStoreContract {
  @TempDir private Path root;

  private final Scheduler scheduler = Schedulers.newParallel("blob-io", 8);
  private final List<FilesystemBlobStore> opened = new ArrayList<>();

  @Override
  protected BlobStore openStore() throws IOException {
    FilesystemBlobStore store = FilesystemBlobStore.open(root, scheduler);
    opened.add(store);
    return store;
  }

  @Override
  protected BlobStore reopen() throws IOException {
    return openStore();
  }

  @AfterEach
  void close() throws IOException {
    for (FilesystemBlobStore store : opened) {
      store.close();
    }
    scheduler.dispose();
  }

  @Test
  void laysBlobsWhereDistributionDoes() throws IOException {
    Digest digest = push("hello");

    Path data =
        root.resolve("docker/registry/v2/blobs/sha256")
            .resolve(digest.hex().substring(0, 2))
            .resolve(digest.hex())
            .resolve("data");
    assertThat(data).hasContent("hello");
  }

  /** A folder that another registry has filled holds only the two-hex folders that it needed. */
  @Test
  void makesTheFoldersThatAnotherRegistryDidNotNeed() throws IOException {
    Digest digest =
        Digest.compute(DigestAlgorithm.SHA256, "hello".getBytes(StandardCharsets.UTF_8));
    Files.delete(new BlobPaths(root).bucket(digest));

    reopen();
    push("hello");

    assertThat(new BlobPaths(root).data(digest)).hasContent("hello");
  }

  @Test
  void leavesNoFileOfAnUploadBehind() throws IOException {
    push("hello");

    assertThat(root.resolve("_breakwater/uploads")).isEmptyDirectory();
  }

  @Test
  void repairsADamagedFileByAnotherPush() throws IOException {
    Digest digest = push("hello");
    Path data = new BlobPaths(root).data(digest);
    Files.writeString(data, "hellO");

    push("hello");

    assertThat(data).hasContent("hello");
  }

  @Test
  void repairsAMissingFileByAnotherPush() throws IOException {
    Digest digest = push("hello");
    Path data = new BlobPaths(root).data(digest);
    Files.delete(data);

    push("hello");

    assertThat(data).hasContent("hello");
  }

  @Test
  void tellsThatTheStorageFailedWhenItCannotWrite() throws IOException {
    BlobStore store = opened.getFirst();
    Files.delete(root.resolve("_breakwater/uploads"));
    Files.writeString(root.resolve("_breakwater/uploads"), "not a folder");

    assertThatThrownBy(() -> store.append(UploadId.random(), 0, body("hello")).block())
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
  }

  @Test
  void removesFilesOfUploadsThatNobodyTouched() throws IOException {
    FilesystemBlobStore store = opened.getFirst();
    UploadId old = UploadId.random();
    UploadId recent = UploadId.random();
    store.append(old, 0, body("old")).block();
    store.append(recent, 0, body("recent")).block();
    Instant now = Instant.now();
    Files.setLastModifiedTime(
        new BlobPaths(root).upload(old), FileTime.from(now.minus(Duration.ofHours(25))));

    Long removed = store.removeStaleUploads(Duration.ofHours(24), now).block();

    assertThat(removed).isEqualTo(1);
    assertThat(store.uploaded(old).block()).isZero();
    assertThat(store.uploaded(recent).block()).isEqualTo(6);
  }

  private Digest push(String text) throws IOException {
    BlobStore store = opened.getFirst();
    UploadId upload = UploadId.random();
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, content);
    store.append(upload, 0, body(text)).block();
    store.commit(upload, digest, content.length).block();
    return digest;
  }

  private static BlobBody body(String text) {
    return sink ->
        Mono.fromCallable(() -> {
          try {
            sink.write(
                new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))}, 1);
          } finally {
            sink.close();
          }
          return (long) text.length();
        });
  }
}
