package dev.breakwater.core.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.transaction.Transactions;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Keeps projects within their quotas without making pushes wait for each other.
 *
 * <p>Whatever makes a project grow first gets room promised, which takes a lock for a moment alone,
 * and then turns the promise into use in the transaction of the change. So used plus promised never
 * goes beyond the limit, and a refusal means that there was no room at that moment. Projects
 * without a limit skip the promise; that they have none is looked up again after {@link #LIFETIME},
 * and every transaction checks once more before it commits.
 */
public final class ProjectSpace {
  /** For changes that take one transaction. */
  private static final Duration SHORT = Duration.ofMinutes(5);

  private static final Duration LIFETIME = Duration.ofSeconds(4);
  private static final int ATTEMPTS = 5;

  /** With so many bytes left, a project is not full the next moment. */
  static final long PLENTY = 64 * UploadSpace.STEP;

  /** What is promised to an upload as it begins: most blobs need no more. */
  public static final long AHEAD = 1024L * 1024;

  private final QuotaRepository quotas;
  private final Transactions transactions;
  private final QuotaAlarm alarm;
  private final Mono<Boolean> enforced;
  private final Clock clock;
  private final Cache<Long, Known> known =
      Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(LIFETIME).build();

  /** For uploads whose first bytes are still to come; shorter than the promise lasts. */
  private final Cache<UUID, Long> ahead =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(SHORT.dividedBy(2)).build();

  /**
   * @param enforced whether limits count at all; asked each time
   */
  public ProjectSpace(
      QuotaRepository quotas,
      Transactions transactions,
      QuotaAlarm alarm,
      Mono<Boolean> enforced,
      Clock clock) {
    this.quotas = quotas;
    this.transactions = transactions;
    this.alarm = alarm;
    this.enforced = enforced;
    this.clock = clock;
  }

  /** Whether the project has a limit, as far as is known. */
  public Mono<Boolean> isLimited(long projectId) {
    return known(projectId).map(found -> found.limit() != Quota.UNLIMITED);
  }

  private Mono<Known> known(long projectId) {
    return enforced.flatMap(counts -> {
      Known found = counts ? known.getIfPresent(projectId) : Known.UNLIMITED;
      return found != null ? Mono.just(found) : lookUp(projectId);
    });
  }

  private Mono<Known> lookUp(long projectId) {
    return quotas
        .limit(projectId)
        .defaultIfEmpty(Quota.UNLIMITED)
        .map(limit -> new Known(limit, 0))
        .doOnNext(found -> known.put(projectId, found));
  }

  /** A limit was changed here: it holds at once. */
  public void forget(long projectId) {
    known.invalidate(projectId);
  }

  /**
   * Room for an upload, which is promised while its bytes flow.
   *
   * @param received how many bytes it has already
   * @param held whether the project has the content already, so that it costs nothing
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED if nothing at all is left
   */
  public Mono<UploadSpace> forUpload(
      long projectId, UUID upload, long received, boolean held, Duration lifetime) {
    return isLimited(projectId)
        .map(limited ->
            limited && !held
                ? UploadSpace.limited(
                    this, projectId, upload, received, promisedAhead(upload, received), lifetime)
                : UploadSpace.unlimited());
  }

  /** Empty: not known. */
  private Optional<Long> promisedAhead(UUID upload, long received) {
    Optional<Long> promised = Optional.ofNullable(ahead.asMap().remove(upload));
    return received == 0 ? promised.or(() -> Optional.of(0L)) : Optional.empty();
  }

  /** Whether the project holds this content already. */
  public Mono<Boolean> holds(long projectId, String digest) {
    return quotas.holds(projectId, digest);
  }

  /**
   * Before an upload begins; refuses if the project is full. Where there is plenty of room, the
   * upload is to get {@link #AHEAD} of it in the statement that it begins with.
   *
   * @return whether it is: false, too, for a project without a limit
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED
   */
  public Mono<Boolean> hasPlenty(long projectId) {
    return known(projectId)
        .filter(found -> found.limit() != Quota.UNLIMITED)
        .flatMap(found ->
            found.left() >= PLENTY
                ? Mono.just(true)
                : reserve(projectId, UUID.randomUUID(), 0, 0, SHORT)
                    .map(promise -> promise.left() >= PLENTY))
        .defaultIfEmpty(false);
  }

  /** Until when what is promised {@link #AHEAD} lasts. */
  public Instant aheadUntil() {
    return clock.instant().plus(SHORT);
  }

  /** An upload began with a promise. */
  public void promisedAhead(long projectId, UUID upload, Promise promise) {
    known.put(projectId, new Known(promise.limit(), promise.left()));
    ahead.put(upload, Math.max(promise.granted(), 0));
  }

  /**
   * Runs a change of the project in a transaction that commits only within the quota.
   *
   * @param id what room was promised under, or is to be
   * @param expected by how many bytes the project will grow, as far as is known
   * @param work counts the growth itself and ends the promise; may run several times
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED
   */
  public <T> Mono<T> inTx(
      long projectId, UUID id, long expected, Function<Tx, Mono<Accounted<T>>> work) {
    return inTx(projectId, id, expected, Mono.empty(), work);
  }

  /**
   * The same for a change that can often be made in one statement.
   *
   * @param shortcut is tried first: makes the change as {@link #within} wants it, or is empty if it
   *     cannot and has done nothing
   */
  public <T> Mono<T> inTx(
      long projectId,
      UUID id,
      long expected,
      Mono<T> shortcut,
      Function<Tx, Mono<Accounted<T>>> work) {
    return isLimited(projectId)
        .flatMap(limited ->
            limited && expected > 0
                ? reserveWhatIsLeft(projectId, id, expected).thenReturn(true)
                : Mono.just(false))
        .then(
            within(
                projectId,
                id,
                shortcut.switchIfEmpty(
                    transactions.inTx(tx -> work.apply(tx).map(ProjectSpace::requireWithin)))));
  }

  /** The change itself finds out whether it needs more: what is there already costs nothing. */
  private Mono<Promise> reserveWhatIsLeft(long projectId, UUID id, long expected) {
    return quotas
        .reserve(projectId, id, expected, 0, clock.instant().plus(SHORT))
        .doOnNext(promise -> known.put(projectId, new Known(promise.limit(), promise.left())));
  }

  /**
   * Makes a change of the project that commits only within the quota.
   *
   * @param id what room was promised under
   * @param change counts the growth itself, ends the promise, and fails with {@link MoreRoomNeeded}
   *     when nothing was changed for want of room; may be subscribed several times
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED
   */
  public <T> Mono<T> within(long projectId, UUID id, Mono<T> change) {
    return attempt(projectId, id, change, ATTEMPTS)
        .onErrorResume(Exception.class, error -> release(id).then(Mono.error(error)));
  }

  private <T> Mono<T> attempt(long projectId, UUID id, Mono<T> change, int left) {
    return change.onErrorResume(
        MoreRoomNeeded.class,
        needed ->
            left == 0
                ? Mono.error(needed)
                : makeRoom(projectId, id, needed.bytes())
                    .then(Mono.defer(() -> attempt(projectId, id, change, left - 1))));
  }

  private Mono<Void> makeRoom(long projectId, UUID id, long bytes) {
    return enforced.flatMap(counts ->
        counts
            ? reserve(projectId, id, bytes, bytes, SHORT).then()
            : quotas.allow(projectId, id, bytes, clock.instant().plus(SHORT)));
  }

  private static <T> T requireWithin(Accounted<T> accounted) {
    if (accounted.exceeds()) {
      throw new MoreRoomNeeded(accounted.growth() - accounted.reserved());
    }
    return accounted.result();
  }

  /** Gives back everything that was promised under this number. */
  public Mono<Void> release(UUID id) {
    return quotas.shrink(id, 0);
  }

  Mono<Void> shrink(UUID id, long bytes) {
    return quotas.shrink(id, bytes);
  }

  Mono<Long> reserved(UUID id) {
    return quotas.reserved(id);
  }

  Mono<Promise> reserve(long projectId, UUID id, long wanted, long needed, Duration lifetime) {
    return Mono.defer(
            () -> quotas.reserve(projectId, id, wanted, needed, clock.instant().plus(lifetime)))
        .doOnNext(promise -> known.put(projectId, new Known(promise.limit(), promise.left())))
        .map(promise -> requireGranted(promise, needed))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.QUOTA_EXCEEDED
                    ? alarm
                        .exceeded(projectId, String.valueOf(error.getMessage()))
                        .then(Mono.error(error))
                    : Mono.error(error));
  }

  private static Promise requireGranted(Promise promise, long needed) {
    boolean full =
        promise.limit() != Quota.UNLIMITED
            && needed == 0
            && promise.used() + promise.reserved() >= promise.limit();
    if (promise.granted() < 0 || full) {
      throw exceeded(promise, needed);
    }
    return promise;
  }

  private static RegistryException exceeded(Promise promise, long needed) {
    return new RegistryException(
        ErrorCode.QUOTA_EXCEEDED,
        "adding "
            + size(needed)
            + " of storage resource, which when updated to current usage of "
            + size(promise.used() + promise.reserved())
            + " will exceed the configured upper limit of "
            + size(promise.limit())
            + "; delete artifacts or have the quota raised");
  }

  /** As Harbor writes it: {@code 29.0 MiB}. */
  static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /**
   * What was found out a moment ago.
   *
   * @param left how many bytes the project may still grow; 0 when that was not asked
   */
  private record Known(long limit, long left) {
    static final Known UNLIMITED = new Known(Quota.UNLIMITED, 0);
  }
}
