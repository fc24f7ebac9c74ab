package dev.breakwater.storage.blob;

import dev.breakwater.core.blob.BlobBody;
import dev.breakwater.core.blob.BlobSink;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.TestDatabase;
import dev.breakwater.storage.sql.blob.PgStagedUploads;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A program that pushes until it is killed. Then one upload lies between two requests, one is in
 * its closing request, and one in the middle of a request: it says {@code waiting} there, and sends
 * more when it is told to.
 *
 * @param endpoint of the server
 * @param closingEndpoint the same for the closing request
 */
public record KilledPush(
    URI endpoint, URI closingEndpoint, UploadId between, UploadId inRequest, UploadId closing) {
  /** In bytes, every upload: four pieces of the smallest size, the last of which is not full. */
  public static final int SIZE = 16 * ObjectStores.MIB + 17;

  /** In bytes, what the upload between two requests holds. */
  public static final int ACKNOWLEDGED = 6 * ObjectStores.MIB + 1;

  private static final int BEFORE_WAITING = 7 * ObjectStores.MIB;

  /** Opens a store of the driver. */
  public interface Driver {
    BlobDriver open(URI endpoint, StagedUploads rows, Scheduler workers);
  }

  /** Of uploads on one server by two ways. */
  public static KilledPush over(URI endpoint, URI closingEndpoint) {
    return new KilledPush(
        endpoint, closingEndpoint, UploadId.random(), UploadId.random(), UploadId.random());
  }

  /** What an upload is to become. */
  public static byte[] content(UploadId upload) {
    return Bodies.random(SIZE, upload.value().getLeastSignificantBits());
  }

  /** For {@link #parse}. */
  public List<String> arguments() {
    return List.of(
        endpoint.toString(),
        closingEndpoint.toString(),
        between.toString(),
        inRequest.toString(),
        closing.toString());
  }

  public static KilledPush parse(List<String> arguments) {
    return new KilledPush(
        URI.create(arguments.get(0)),
        URI.create(arguments.get(1)),
        UploadId.parse(arguments.get(2)),
        UploadId.parse(arguments.get(3)),
        UploadId.parse(arguments.get(4)));
  }

  /** Does not end by itself. */
  public void run(Driver driver) {
    Database database = TestDatabase.ofEnvironment();
    Scheduler workers = Schedulers.newBoundedElastic(8, 1000, "blob-io", 60, true);
    BlobDriver store = driver.open(endpoint, new PgStagedUploads(database), workers);
    BlobDriver closer = driver.open(closingEndpoint, new PgStagedUploads(database), workers);
    store.append(between, 0, Bodies.of(Arrays.copyOf(content(between), ACKNOWLEDGED))).block();
    byte[] whole = content(closing);
    Digest digest = Digest.compute(DigestAlgorithm.SHA256, whole);
    store.append(closing, 0, Bodies.of(whole)).block();
    closer.commit(closing, digest, SIZE).subscribe();
    store.append(inRequest, 0, halting(content(inRequest))).block();
  }

  private static BlobBody halting(byte[] content) {
    return sink ->
        Mono.fromCallable(() -> {
          write(sink, content, 0, BEFORE_WAITING);
          System.out.println("waiting");
          if (System.in.read() >= 0) {
            write(sink, content, BEFORE_WAITING, content.length);
          }
          throw new IOException("nobody has killed this");
        });
  }

  private static void write(BlobSink sink, byte[] content, int from, int to) throws IOException {
    sink.write(new ByteBuffer[] {ByteBuffer.wrap(content, from, to - from)}, 1);
  }
}
