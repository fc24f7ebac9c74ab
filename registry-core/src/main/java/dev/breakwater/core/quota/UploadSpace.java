package dev.breakwater.core.quota;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
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
  private static final long UNKNOWN = -1;
  private static final int TIMEOUT_SECONDS = 30;

  private final @Nullable ProjectSpace space;
  private final long projectId;
  private final UUID upload;
  private final Duration lifetime;
  private long received;
  private long reserved;
  private boolean scarce;

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

  /**
   * @param promised how many bytes were promised to it already; empty: to be looked up
   */
  static UploadSpace limited(
      ProjectSpace space,
      long projectId,
      UUID upload,
      long received,
      Optional<Long> promised,
      Duration lifetime) {
    return new UploadSpace(space, projectId, upload, received, promised.orElse(UNKNOWN), lifetime);
  }

  /**
   * Before bytes of a known number are accepted.
   *
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED
   */
  public Mono<Void> expect(long bytes) {
    return space == null || bytes == 0 ? Mono.empty() : require(space, bytes, 0);
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
    if (reserved < received + bytes) {
      await(require(space, bytes, STEP));
    }
    received += bytes;
  }

  /**
   * At the end of a request: gives back what was promised and not used, if others may need it.
   * Where there is plenty, it stays until the upload ends.
   */
  public Mono<Void> giveBack() {
    return space == null || !scarce || reserved <= received
        ? Mono.empty()
        : space.shrink(upload, received);
  }

  private Mono<Void> require(ProjectSpace limited, long bytes, long step) {
    return Mono.defer(() -> {
      if (reserved == UNKNOWN) {
        return limited
            .reserved(upload)
            .doOnNext(found -> reserved = found)
            .then(Mono.defer(() -> more(limited, received + bytes - reserved, step)));
      }
      return more(limited, received + bytes - reserved, step);
    });
  }

  private Mono<Void> more(ProjectSpace limited, long missing, long step) {
    return missing <= 0
        ? Mono.empty()
        : limited
            .reserve(projectId, upload, Math.max(missing, step), missing, lifetime)
            .doOnNext(promise -> {
              reserved += promise.granted();
              scarce = promise.left() < ProjectSpace.PLENTY;
            })
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
