package dev.breakwater.http.app;

import dev.breakwater.auth.authproxy.ProxyLogin;
import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.ldap.LdapDirectory;
import dev.breakwater.auth.ldap.LdapLogin;
import dev.breakwater.auth.ldap.LdapService;
import dev.breakwater.auth.ldap.LdapWatch;
import dev.breakwater.auth.login.BearerLogin;
import dev.breakwater.auth.login.ExternalLogin;
import dev.breakwater.auth.login.RememberedLogin;
import dev.breakwater.auth.member.ExternalMembers;
import dev.breakwater.auth.oidc.CliSecretLogin;
import dev.breakwater.auth.oidc.IdTokenLogin;
import dev.breakwater.auth.oidc.OidcLogin;
import dev.breakwater.auth.oidc.OidcOnboarding;
import dev.breakwater.auth.oidc.OidcProvider;
import dev.breakwater.auth.oidc.OidcService;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.audit.SyslogReceiver;
import dev.breakwater.core.group.ExternalUserRepository;
import dev.breakwater.core.group.GroupRepository;
import dev.breakwater.core.group.GroupService;
import dev.breakwater.core.group.OnboardUser;
import dev.breakwater.core.member.MemberDirectory;
import dev.breakwater.core.oidc.OidcUserRepository;
import dev.breakwater.core.oidc.OidcUsers;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.outbound.OutboundHttp;
import dev.breakwater.core.outbound.Trust;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.AuthMode;
import dev.breakwater.core.secret.SecretBox;
import dev.breakwater.core.systemconfig.ConfigurationService;
import dev.breakwater.core.systemconfig.StoredConfiguration;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.group.GroupOperations;
import dev.breakwater.http.api.ldap.LdapOperations;
import dev.breakwater.http.api.oidc.OidcOperations;
import dev.breakwater.http.api.systemconfig.ConfigurationOperations;
import dev.breakwater.http.app.config.OutboundSettings;
import dev.breakwater.http.client.ReactorOutboundHttp;
import dev.breakwater.http.client.ReactorSyslogReceiver;
import dev.breakwater.http.login.AuthProxyHandlers;
import dev.breakwater.http.login.OidcHandlers;
import dev.breakwater.http.login.SessionStarter;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.group.PgExternalUserRepository;
import dev.breakwater.storage.sql.group.PgGroupRepository;
import dev.breakwater.storage.sql.oidc.PgOidcUserRepository;
import dev.breakwater.storage.sql.systemconfig.PgConfigurationRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import reactor.netty.resources.LoopResources;

/** Settings that change while the program runs, and the people whom other systems know. */
record Directories(
    ConfigurationService configuration,
    GroupService groups,
    LdapService ldap,
    LdapLogin ldapPeople,
    LdapWatch ldapWatch,
    ExternalLogin ldapLogin,
    ProxyLogin proxyPeople,
    ExternalLogin proxyLogin,
    OidcService oidc,
    OidcLogin oidcLogin,
    ExternalLogin cliSecretLogin,
    BearerLogin idTokenLogin,
    OidcUsers oidcUsers,
    MemberDirectory members,
    OutboundHttp outbound,
    SyslogReceiver syslog,
    CryptoPool ldapPool,
    LoopResources loops)
    implements AutoCloseable {
  private static final int LDAP_THREADS = 8;
  private static final int OUTBOUND_THREADS = 1;

  static Directories wire(
      OutboundSettings settings,
      StoredConfiguration stored,
      Database database,
      UserRepository users,
      Authorizer authorizer,
      AuditTrail audit,
      SecretBox box,
      CryptoPool signatures,
      Clock clock) {
    AddressRule rule = new AddressRule(settings.allowInternalTargets());
    GroupRepository groups = new PgGroupRepository(database);
    ExternalUserRepository people = new PgExternalUserRepository(database, users);
    OnboardUser onboarding = new OnboardUser(people, groups, database, authorizer, audit);
    CryptoPool ldapPool = new CryptoPool("ldap", LDAP_THREADS);
    LdapDirectory directory = new LdapDirectory(stored, rule, settings.ldapAuthorities(), ldapPool);
    LdapLogin ldapLogin = new LdapLogin(directory, onboarding);
    LoopResources loops = LoopResources.create("outbound", OUTBOUND_THREADS, true);
    OutboundHttp outbound = new ReactorOutboundHttp(rule, loops);
    ProxyLogin proxyLogin = new ProxyLogin(stored, outbound, onboarding);
    OidcProvider provider = new OidcProvider(outbound, signatures);
    OidcUserRepository oidcRows = new PgOidcUserRepository(database);
    OidcUsers oidcUsers = new OidcUsers(oidcRows, box);
    OidcOnboarding oidcOnboarding =
        new OidcOnboarding(onboarding, people, oidcUsers, oidcRows, database, box, clock);
    return new Directories(
        new ConfigurationService(
            stored,
            new PgConfigurationRepository(database),
            authorizer,
            database,
            audit,
            rule,
            audit::refresh),
        new GroupService(groups, directory, authorizer, database, audit),
        new LdapService(directory, ldapLogin, stored, authorizer),
        ldapLogin,
        new LdapWatch(stored, ldapLogin::onboard),
        new RememberedLogin(ldapLogin, users),
        proxyLogin,
        new RememberedLogin(proxyLogin, users),
        new OidcService(provider, authorizer),
        new OidcLogin(stored, provider, oidcOnboarding, oidcUsers, box, clock),
        new CliSecretLogin(stored, users, oidcUsers, provider, oidcOnboarding, clock),
        new IdTokenLogin(stored, provider, oidcUsers, oidcOnboarding),
        oidcUsers,
        new ExternalMembers(stored, directory, ldapLogin, groups, database),
        outbound,
        new ReactorSyslogReceiver(rule, loops, trust(settings.auditAuthorities())),
        ldapPool,
        loops);
  }

  private static Trust trust(Optional<Path> authorities) {
    return authorities.map(file -> new Trust(true, read(file))).orElse(Trust.PUBLIC);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** Who checks passwords that are not ours, by the setting {@code auth_mode}. */
  Map<AuthMode, ExternalLogin> logins() {
    return Map.of(
        AuthMode.LDAP_AUTH, ldapLogin,
        AuthMode.OIDC_AUTH, cliSecretLogin,
        AuthMode.HTTP_AUTH, proxyLogin);
  }

  void addTo(ApiRouter router, JsonBodies bodies) {
    new ConfigurationOperations(configuration, bodies).addTo(router);
    new GroupOperations(groups, bodies).addTo(router);
    new LdapOperations(ldap, bodies).addTo(router);
    new OidcOperations(oidc, bodies).addTo(router);
  }

  /** Log-ins by browser, for which there have to be sessions. */
  void addLoginsTo(
      ApiRouter router, JsonBodies bodies, SessionStarter sessions, Optional<URI> externalUrl) {
    new OidcHandlers(oidcLogin, sessions, bodies, externalUrl).addTo(router);
    new AuthProxyHandlers(proxyPeople, sessions).addTo(router);
  }

  @Override
  public void close() {
    ldapPool.close();
    loops.dispose();
  }
}
