package dev.breakwater.auth.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPExtendedOperationException;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.JVMDefaultTrustManager;
import com.unboundid.util.ssl.PEMFileTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.TrustAllTrustManager;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.AddressRule;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Connects to a directory. Blocks.
 *
 * <p>{@code ldaps://} begins with TLS. On {@code ldap://} TLS is begun with StartTLS if the server
 * offers it; a certificate that is not trusted is then an error, and nothing is sent in plain text
 * instead. A server that offers none is spoken to in plain text, as the address says.
 */
final class LdapConnector {
  private static final int MAX_MESSAGE = 4 * 1024 * 1024;

  private final AddressRule rule;
  private final Optional<Path> authorities;

  /**
   * @param authorities PEM of those that vouch for directories; empty: those of Java
   */
  LdapConnector(AddressRule rule, Optional<Path> authorities) {
    this.rule = rule;
    this.authorities = authorities;
  }

  /** A connection that nobody has logged in on yet. */
  LDAPConnection connect(LdapSettings settings) throws LDAPException {
    LDAPConnectionOptions options = options(settings);
    LdapAddress address = settings.address();
    if (address.tls()) {
      return new LDAPConnection(
          tls(settings).getSocketFactory(), options, address.host(), address.port());
    }
    LDAPConnection connection = new LDAPConnection(options, address.host(), address.port());
    Optional<LDAPException> refusal = startTls(connection, settings);
    if (refusal.isEmpty()) {
      return connection;
    }
    // Some servers say nothing more on a connection on which they have refused something.
    connection.close();
    LDAPConnection plain = new LDAPConnection(options, address.host(), address.port());
    try {
      if (offersStartTls(plain)) {
        throw refusal.get();
      }
      return plain;
    } catch (LDAPException e) {
      plain.close();
      throw e;
    }
  }

  private LDAPConnectionOptions options(LdapSettings settings) {
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    int millis = Math.toIntExact(settings.timeout().toMillis());
    options.setNameResolver(new GuardedNames(rule));
    options.setConnectTimeoutMillis(millis);
    options.setResponseTimeoutMillis(millis);
    options.setAbandonOnTimeout(true);
    options.setFollowReferrals(false);
    options.setMaxMessageSize(MAX_MESSAGE);
    options.setUseSynchronousMode(true);
    if (settings.verify()) {
      options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
    }
    return options;
  }

  /**
   * Begins TLS before anything else is asked: servers such as slapd count a search that they have
   * just answered as outstanding for a moment more, and begin no TLS meanwhile.
   *
   * @return why the server begins none; anything else that goes wrong is thrown
   */
  private Optional<LDAPException> startTls(LDAPConnection connection, LdapSettings settings)
      throws LDAPException {
    try {
      connection.processExtendedOperation(new StartTLSExtendedRequest(tls(settings)));
      return Optional.empty();
    } catch (LDAPExtendedOperationException e) {
      return Optional.of(e);
    } catch (LDAPException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** A server that does not tell what it can to whoever has not logged in may offer it. */
  private static boolean offersStartTls(LDAPConnection connection) throws LDAPException {
    try {
      RootDSE root = connection.getRootDSE();
      return root == null
          || root.supportsExtendedOperation(StartTLSExtendedRequest.STARTTLS_REQUEST_OID);
    } catch (LDAPException e) {
      if (e.getResultCode().isConnectionUsable()) {
        return true;
      }
      throw e;
    }
  }

  private SSLContext tls(LdapSettings settings) {
    try {
      return new SSLUtil(trust(settings)).createSSLContext();
    } catch (GeneralSecurityException e) {
      throw new RegistryException(
          ErrorCode.UNAVAILABLE, "the authorities in ldap.ca-certificate cannot be read", e);
    }
  }

  private TrustManager trust(LdapSettings settings) throws KeyStoreException {
    if (!settings.verify()) {
      return new TrustAllTrustManager();
    }
    return authorities.isPresent()
        ? new PEMFileTrustManager(authorities.get().toFile())
        : JVMDefaultTrustManager.getInstance();
  }
}
