package dev.breakwater.storage.blob.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class RoomAheadTest {
  private static final int PIECE = 256 * 1024;
  private static final int LARGE = 12 * PIECE;

  /** What a file system needs beside the bytes. */
  private static final long SOME = 64 * 1024;

  @TempDir private Path root;

  private final UploadId upload = UploadId.random();
  private FilesystemBlobStore store;
  private BlobPaths paths;

  @BeforeEach
  void open() throws IOException {
    store = FilesystemBlobStore.open(root, Schedulers.immediate());
    paths = new BlobPaths(root);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void holdsSomeRoomUntilAnUploadIsABlob() throws IOException {
    assumeThat(LinuxFiles.of(root)).as("ext4 or xfs").isPresent();
    Path file = paths.upload(upload);

    append(0, LARGE);
    assertThat(file).hasSize(LARGE);
    assertThat(occupied(file)).isBetween(LARGE + SOME, LARGE + RoomAhead.STEP + SOME);

    Digest digest = commit(LARGE);
    assertThat(paths.data(digest)).hasSize(LARGE);
    assertThat(occupied(paths.data(digest))).isLessThan(LARGE + SOME);
  }

  @Test
  void goesOnBehindWhatAnotherRequestReserved() throws IOException {
    append(0, LARGE);
    append(LARGE, LARGE);

    Digest digest = commit(2 * LARGE);

    assertThat(Files.readAllBytes(paths.data(digest))).isEqualTo(bytes(2 * LARGE));
    assertThat(occupied(paths.data(digest))).isLessThan(2 * LARGE + SOME);
  }

  @Test
  void leavesSmallFilesAlone() throws IOException {
    append(0, 2 * PIECE);

    assertThat(occupied(paths.upload(upload))).isLessThan(2 * PIECE + SOME);
  }

  private void append(long offset, int length) {
    Long end = store.append(upload, offset, body(length)).block();
    assertThat(end).isEqualTo(offset + length);
  }

  private Digest commit(int length) {
    Digest digest =
        Digest.of(
            DigestAlgorithm.SHA256,
            DigestAlgorithm.SHA256.newMessageDigest().digest(bytes(length)));
    store.commit(upload, digest, length).block();
    return digest;
  }

  private static BlobBody body(int length) {
    return sink ->
        Mono.fromCallable(() -> {
          for (int at = 0; at < length; at += PIECE) {
            sink.write(new ByteBuffer[] {ByteBuffer.wrap(bytes(PIECE))}, 1);
          }
          sink.close();
          return (long) length;
        });
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  /** How many bytes of the disk are the file's. */
  private static long occupied(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(blocks.strip()) * 512;
  }
}
