package dev.breakwater.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.group.GroupDirectory;
import dev.breakwater.core.group.NewGroup;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.systemconfig.Configuration;
import dev.breakwater.core.systemconfig.ConfigurationItem;
import dev.breakwater.core.systemconfig.ConfigurationSource;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The directory that the settings name. Its library blocks, so everything runs on a few threads of
 * its own with a bounded queue: a slow directory slows down nothing but its own users.
 *
 * <p>Each task opens its own connection and closes it: log-ins are remembered in front of this, so
 * that there are few, and a bind changes whose connection it is. One that cannot be opened is
 * opened once more: a directory that restarts, a balancer before several, or a machine that is so
 * busy that the first TLS handshake takes longer than {@code ldap_timeout} shall cost nobody a
 * pull.
 */
public final class LdapDirectory implements GroupDirectory {
  private static final Logger log = LoggerFactory.getLogger(LdapDirectory.class);

  private static final Set<ResultCode> BROKEN =
      Set.of(
          ResultCode.CONNECT_ERROR,
          ResultCode.SERVER_DOWN,
          ResultCode.TIMEOUT,
          ResultCode.BUSY,
          ResultCode.UNAVAILABLE);

  private final ConfigurationSource configuration;
  private final LdapConnector connector;
  private final CryptoPool pool;

  /**
   * @param authorities PEM of those that vouch for directories; empty: those of Java
   * @param pool threads that may block
   */
  public LdapDirectory(
      ConfigurationSource configuration,
      AddressRule rule,
      Optional<Path> authorities,
      CryptoPool pool) {
    this.configuration = configuration;
    this.connector = new LdapConnector(rule, authorities);
    this.pool = pool;
  }

  /**
   * The person with this name and password, and their groups.
   *
   * @return empty if there is not exactly one of this name, or it is not the password
   */
  Mono<LdapPerson.WithGroups> authenticate(String username, String password) {
    return run(session -> authenticate(session, username, password)).flatMap(Mono::justOrEmpty);
  }

  private static Optional<LdapPerson.WithGroups> authenticate(
      LdapSession session, String username, String password) throws LDAPException {
    List<LdapPerson> found = session.people(username, 2);
    if (found.size() != 1) {
      return Optional.empty();
    }
    LdapPerson person = found.getFirst();
    // Before the bind: afterwards the connection sees what that person may see.
    LdapPerson.WithGroups withGroups = new LdapGroups(session).of(person);
    return session.isPassword(person.dn(), password) ? Optional.of(withGroups) : Optional.empty();
  }

  /** The only person of this name with their groups, without a password; empty if there is none. */
  Mono<LdapPerson.WithGroups> find(String username) {
    return run(
            session -> {
              List<LdapPerson> found = session.people(username, 2);
              return found.size() == 1
                  ? Optional.of(new LdapGroups(session).of(found.getFirst()))
                  : Optional.<LdapPerson.WithGroups>empty();
            })
        .flatMap(Mono::justOrEmpty);
  }

  /** The people of this name; of any, if it is empty. */
  Mono<List<LdapPerson>> people(String username) {
    return run(session -> session.people(username, LdapSession.MAX_FOUND));
  }

  /** The groups that have this in their name, or this distinguished name. */
  public Mono<List<NewGroup>> groups(String name, String dn) {
    return run(session -> new LdapGroups(session).search(name, dn));
  }

  @Override
  public Mono<String> normalise(String dn) {
    return configuration
        .current()
        .flatMap(current ->
            current.text(ConfigurationItem.AUTH_MODE).equals("ldap_auth")
                ? existing(dn)
                : Mono.fromCallable(() -> LdapSession.normalise(dn)));
  }

  private Mono<String> existing(String dn) {
    return run(session -> {
      String normal = LdapSession.normalise(dn);
      if (session.entry(normal, null, "1.1").isEmpty()) {
        throw new RegistryException(
            ErrorCode.BAD_REQUEST, "the directory has no group " + Printable.shorten(dn));
      }
      return normal;
    });
  }

  /** Completes empty if one can log in as the one who searches; an error says why not. */
  Mono<Void> ping(Configuration asked) {
    return run(asked, session -> session.people("", 1)).then();
  }

  private <T> Mono<T> run(Question<T> question) {
    return configuration.current().flatMap(current -> run(current, question));
  }

  private <T> Mono<T> run(Configuration asked, Question<T> question) {
    return pool.run(
            () -> {
              try (LdapSession session = open(LdapSettings.of(asked))) {
                return question.ask(session);
              }
            })
        .onErrorMap(LDAPException.class, LdapDirectory::translate);
  }

  private LdapSession open(LdapSettings settings) throws LDAPException {
    try {
      return LdapSession.open(connector, settings);
    } catch (LDAPException e) {
      if (!mayBePassing(e)) {
        throw e;
      }
      log.info("the directory is asked once more: {}", e.getExceptionMessage());
      return LdapSession.open(connector, settings);
    }
  }

  /** Neither a refusal, nor an address or a certificate that will be refused again. */
  private static boolean mayBePassing(LDAPException error) {
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryException || cause instanceof CertificateException) {
        return false;
      }
    }
    return BROKEN.contains(error.getResultCode());
  }

  /** What the address check refused comes wrapped by the library. */
  private static RegistryException translate(LDAPException error) {
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryException known) {
        return known;
      }
    }
    log.warn("the directory does not answer as it should: {}", error.getExceptionMessage());
    return new RegistryException(
        ErrorCode.UNAVAILABLE, "the LDAP directory " + reason(error.getResultCode()), error);
  }

  private static String reason(ResultCode code) {
    if (code.equals(ResultCode.INVALID_CREDENTIALS)) {
      return "refuses ldap_search_dn with ldap_search_password";
    }
    if (code.equals(ResultCode.TIMEOUT) || code.equals(ResultCode.TIME_LIMIT_EXCEEDED)) {
      return "does not answer within ldap_timeout";
    }
    if (code.equals(ResultCode.CONNECT_ERROR) || code.equals(ResultCode.SERVER_DOWN)) {
      return "cannot be connected to, or its certificate is not trusted (ldap_verify_cert)";
    }
    return "answers '" + code.getName() + "'; the log says more";
  }

  /** Something that is asked on a connection. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(LdapSession session) throws LDAPException;
  }
}
