package dev.breakwater.core.quota;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The room that is promised to one upload. While bytes of unknown number flow it is promised in
 * steps of {@link #STEP}, or what is left.
 */
public final class UploadSpace {
  static final long STEP = 16L * 1024 * 1024;
  private static final int TIMEOUT_SECONDS = 30;

  private final @Nullable ProjectSpace space;
  private final long projectId;
  private final UUID upload;
  private final Duration lifetime;
  private long received;
  private long reserved;

  private UploadSpace(
      @Nullable ProjectSpace space,
      long projectId,
      UUID upload,
      long received,
      long reserved,
      Duration lifetime) {
    this.space = space;
    this.projectId = projectId;
    this.upload = upload;
    this.received = received;
    this.reserved = reserved;
    this.lifetime = lifetime;
  }

  static UploadSpace unlimited() {
    return new UploadSpace(null, 0, new UUID(0, 0), 0, 0, Duration.ZERO);
  }

  static UploadSpace limited(
      ProjectSpace space,
      long projectId,
      UUID upload,
      long received,
      long reserved,
      Duration lifetime) {
    return new UploadSpace(space, projectId, upload, received, reserved, lifetime);
  }

  /**
   * Before bytes of a known number are accepted.
   *
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED
   */
  public Mono<Void> expect(long bytes) {
    long missing = received + bytes - reserved;
    return space == null || missing <= 0 ? Mono.empty() : more(missing, missing);
  }

  /**
   * Before bytes are written. Waits on the I/O worker that writes, which is how a slow destination
   * slows its source; once in 16 MiB.
   *
   * @throws RegistryException QUOTA_EXCEEDED
   */
  public void accept(long bytes) throws IOException {
    if (space == null) {
      return;
    }
    long missing = received + bytes - reserved;
    if (missing > 0) {
      await(more(Math.max(missing, STEP), missing));
    }
    received += bytes;
  }

  /** Gives back what was promised and not used, at the end of a request. */
  public Mono<Void> giveBack() {
    return space == null || reserved <= received ? Mono.empty() : space.shrink(upload, received);
  }

  private Mono<Void> more(long wanted, long needed) {
    ProjectSpace limited = space;
    return limited == null
        ? Mono.empty()
        : limited
            .reserve(projectId, upload, wanted, needed, lifetime)
            .doOnNext(promise -> reserved += promise.granted())
            .then();
  }

  private static void await(Mono<Void> promise) throws IOException {
    try {
      promise.toFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new RegistryException(
          ErrorCode.UNAVAILABLE, "the quota could not be checked in time; push again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the quota was checked", e);
    }
  }
}
