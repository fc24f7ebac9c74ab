package dev.breakwater.auth.ldap;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What administrators ask of the directory. */
public final class LdapService {
  private static final Permission PING = Permission.of(Resource.CONFIGURATION, Verb.READ);
  private static final Permission SEARCH = Permission.of(Resource.LDAP_USER, Verb.LIST);
  private static final Permission IMPORT = Permission.of(Resource.LDAP_USER, Verb.CREATE);

  private final LdapDirectory directory;
  private final LdapLogin login;
  private final ConfigurationSource configuration;
  private final Authorizer authorizer;

  public LdapService(
      LdapDirectory directory,
      LdapLogin login,
      ConfigurationSource configuration,
      Authorizer authorizer) {
    this.directory = directory;
    this.login = login;
    this.configuration = configuration;
    this.authorizer = authorizer;
  }

  /**
   * Whether one can log in to a directory and search in it.
   *
   * @param asked settings that count over the stored ones
   * @return empty if so, else what is wrong
   */
  public Mono<Optional<String>> ping(Caller caller, Map<ConfigurationItem, String> asked) {
    return authorizer
        .requireInSystem(caller, PING)
        .then(Mono.defer(configuration::current))
        .map(stored -> over(stored, asked))
        .flatMap(settings ->
            directory
                .ping(settings)
                .then(Mono.just(Optional.<String>empty()))
                .onErrorResume(
                    RegistryException.class,
                    error -> Mono.just(Optional.ofNullable(error.getMessage()))));
  }

  /** The stored password goes to the stored place only: anywhere else it would be given away. */
  private static Configuration over(Configuration stored, Map<ConfigurationItem, String> asked) {
    Map<ConfigurationItem, String> values = new EnumMap<>(ConfigurationItem.class);
    values.putAll(stored.values());
    values.putAll(asked);
    boolean samePlace =
        List.of(ConfigurationItem.LDAP_URL, ConfigurationItem.LDAP_SEARCH_DN).stream()
            .allMatch(
                item -> asked.getOrDefault(item, stored.text(item)).equals(stored.text(item)));
    boolean weaker =
        stored.flag(ConfigurationItem.LDAP_VERIFY_CERT)
            && "false".equals(asked.get(ConfigurationItem.LDAP_VERIFY_CERT));
    if ((!samePlace || weaker) && !asked.containsKey(ConfigurationItem.LDAP_SEARCH_PASSWORD)) {
      values.remove(ConfigurationItem.LDAP_SEARCH_PASSWORD);
    }
    return new Configuration(values);
  }

  /** People of the directory by name; anybody, if it is empty. */
  public Mono<List<Person>> people(Caller caller, String username) {
    return authorizer
        .requireInSystem(caller, SEARCH)
        .then(Mono.defer(() -> directory.people(username)))
        .map(people ->
            people.stream()
                .map(each -> new Person(each.username(), each.realName(), each.email()))
                .toList());
  }

  /** Groups of the directory by a part of their name, or by their distinguished name. */
  public Mono<List<NewGroup>> groups(Caller caller, String name, String dn) {
    return authorizer
        .requireInSystem(caller, SEARCH)
        .then(Mono.defer(() -> directory.groups(name, dn)));
  }

  /**
   * Gives people of the directory a row before they log in.
   *
   * @return those for whom it did not work, and why
   */
  public Mono<List<Failure>> importPeople(Caller caller, List<String> usernames) {
    return authorizer
        .requireInSystem(caller, IMPORT)
        .thenMany(Flux.fromIterable(usernames))
        .concatMap(this::importOne)
        .collectList();
  }

  private Mono<Failure> importOne(String username) {
    return login
        .onboard(username)
        .map(_ -> Optional.<Failure>empty())
        .defaultIfEmpty(Optional.of(new Failure(username, "the directory does not know this user")))
        .onErrorResume(
            RegistryException.class,
            error ->
                Mono.just(Optional.of(new Failure(username, String.valueOf(error.getMessage())))))
        .flatMap(Mono::justOrEmpty);
  }

  /** Somebody in the directory. */
  public record Person(String username, String realName, @Nullable String email) {}

  /** Somebody who could not be imported. */
  public record Failure(String username, String reason) {}
}
