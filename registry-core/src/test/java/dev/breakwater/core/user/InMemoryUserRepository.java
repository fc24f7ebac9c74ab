package dev.breakwater.core.user;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** Users of a test. Counts how often credentials were asked for, so that caches can be tested. */
public final class InMemoryUserRepository implements UserRepository {
  private final Map<Long, UserCredentials> rows = new LinkedHashMap<>();
  private long lastId;
  private int credentialReads;

  @Override
  public Mono<User> find(long id) {
    return Mono.fromSupplier(() -> first(row -> row.user().id() == id).map(UserCredentials::user))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<User> findByUsername(String username) {
    return Mono.fromSupplier(() -> named(username).map(UserCredentials::user))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<UserCredentials> findCredentials(String username) {
    return Mono.fromSupplier(() -> countedRead(username)).flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<UserCredentials> findCredentials(long id) {
    return Mono.fromSupplier(() -> first(user -> user.user().id() == id))
        .flatMap(Mono::justOrEmpty);
  }

  @Override
  public Mono<User> create(NewUser user) {
    return Mono.fromSupplier(() -> insert(user));
  }

  @Override
  public Mono<Boolean> createIfAbsent(NewUser user) {
    return Mono.fromSupplier(() -> insertIfAbsent(user));
  }

  @Override
  public Mono<Boolean> changePassword(long id, String passwordHash) {
    return Mono.fromSupplier(() -> replacePassword(id, passwordHash));
  }

  public synchronized void remove(long id) {
    rows.remove(id);
  }

  public synchronized int credentialReads() {
    return credentialReads;
  }

  private synchronized Optional<UserCredentials> countedRead(String username) {
    credentialReads++;
    return named(username);
  }

  private Optional<UserCredentials> named(String username) {
    return first(row -> row.user().username().equals(username));
  }

  private synchronized Optional<UserCredentials> first(Predicate<UserCredentials> predicate) {
    return rows.values().stream().filter(predicate).findFirst();
  }

  private synchronized boolean insertIfAbsent(NewUser user) {
    if (named(user.username()).isPresent()) {
      return false;
    }
    insert(user);
    return true;
  }

  private synchronized User insert(NewUser user) {
    if (first(row -> clashes(row.user(), user)).isPresent()) {
      throw new RegistryException(
          ErrorCode.CONFLICT, "the user name or the e-mail address is taken");
    }
    Instant now = Instant.EPOCH;
    User row =
        new User(
            ++lastId,
            user.username(),
            user.email(),
            user.realName(),
            user.comment(),
            user.sysadmin(),
            user.source(),
            false,
            now,
            now);
    rows.put(row.id(), new UserCredentials(row, user.passwordHash()));
    return row;
  }

  private static boolean clashes(User row, NewUser user) {
    return row.username().equals(user.username())
        || (user.email() != null && Objects.equals(row.email(), user.email()));
  }

  private synchronized boolean replacePassword(long id, String passwordHash) {
    return rows.computeIfPresent(id, (_, row) -> new UserCredentials(row.user(), passwordHash))
        != null;
  }
}
