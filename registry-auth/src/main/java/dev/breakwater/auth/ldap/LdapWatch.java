package dev.breakwater.auth.ldap;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.breakwater.auth.user.Vouching;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import dev.breakwater.core.user.User;
import dev.breakwater.core.user.UserSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Asks the directory again about people who act by a token or a session, which bring no password:
 * whoever is taken out of it, or out of a group there, loses the rights after {@link #PERIOD}.
 *
 * <p>Each replica asks at most once in that time for a person, and only for those who are busy;
 * they do not wait for it, unless they come back after {@link #IDLE}. A directory that does not
 * answer logs nobody out: it lets nobody in anew, and that is enough. It is left alone for {@link
 * #PAUSE} then, so that nobody stands in a line before it.
 */
public final class LdapWatch implements Vouching {
  static final Duration PERIOD = Duration.ofSeconds(60);
  static final Duration IDLE = PERIOD.multipliedBy(2);
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(LdapWatch.class);
  private static final int MAX_PEOPLE = 50_000;

  private final ConfigurationSource configuration;
  private final Function<String, Mono<User>> people;
  private final Ticker ticker;
  private final AsyncLoadingCache<Person, Boolean> answers;
  private final AtomicLong askAgainAt;

  /**
   * @param people makes the row of a user name say what is true in the directory now; empty if that
   *     does not know the name: {@link LdapLogin#onboard}
   */
  public LdapWatch(ConfigurationSource configuration, Function<String, Mono<User>> people) {
    this(configuration, people, Ticker.systemTicker());
  }

  LdapWatch(ConfigurationSource configuration, Function<String, Mono<User>> people, Ticker ticker) {
    this.configuration = configuration;
    this.people = people;
    this.ticker = ticker;
    this.askAgainAt = new AtomicLong(ticker.read());
    this.answers =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(MAX_PEOPLE)
            .refreshAfterWrite(PERIOD)
            .expireAfterWrite(IDLE)
            .buildAsync((person, _) -> ask(person).toFuture());
  }

  @Override
  public Mono<Boolean> vouchesFor(User user) {
    return user.source() == UserSource.LDAP
        ? Mono.fromFuture(() -> answers.get(new Person(user.id(), user.username())), true)
        : Mono.just(true);
  }

  private Mono<Boolean> ask(Person person) {
    if (ticker.read() - askAgainAt.get() < 0) {
      return Mono.just(true);
    }
    return configuration
        .current()
        .map(current -> current.text(ConfigurationItem.AUTH_MODE).equals("ldap_auth"))
        .flatMap(asked -> asked ? knows(person) : Mono.just(true))
        .onErrorResume(RegistryException.class, error -> pause(person, error));
  }

  private Mono<Boolean> knows(Person person) {
    return people
        .apply(person.username())
        .map(found -> found.id() == person.id())
        .defaultIfEmpty(false);
  }

  private Mono<Boolean> pause(Person person, RegistryException error) {
    askAgainAt.set(ticker.read() + PAUSE.toNanos());
    log.info("{} keeps what they may do: {}", person.username(), error.getMessage());
    return Mono.just(true);
  }

  private record Person(long id, String username) {}
}
