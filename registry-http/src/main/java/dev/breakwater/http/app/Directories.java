package dev.breakwater.http.app;

import dev.breakwater.auth.crypto.CryptoPool;
import dev.breakwater.auth.ldap.LdapDirectory;
import dev.breakwater.auth.ldap.LdapLogin;
import dev.breakwater.auth.ldap.LdapService;
import dev.breakwater.auth.login.ExternalLogin;
import dev.breakwater.auth.login.RememberedLogin;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.group.ExternalUserRepository;
import dev.breakwater.core.group.GroupRepository;
import dev.breakwater.core.group.GroupService;
import dev.breakwater.core.group.OnboardUser;
import dev.breakwater.core.outbound.AddressRule;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.systemconfig.ConfigurationService;
import dev.breakwater.core.systemconfig.StoredConfiguration;
import dev.breakwater.core.user.UserRepository;
import dev.breakwater.http.api.ApiRouter;
import dev.breakwater.http.api.JsonBodies;
import dev.breakwater.http.api.group.GroupOperations;
import dev.breakwater.http.api.ldap.LdapOperations;
import dev.breakwater.http.api.systemconfig.ConfigurationOperations;
import dev.breakwater.http.app.config.OutboundSettings;
import dev.breakwater.storage.sql.Database;
import dev.breakwater.storage.sql.group.PgExternalUserRepository;
import dev.breakwater.storage.sql.group.PgGroupRepository;
import dev.breakwater.storage.sql.systemconfig.PgConfigurationRepository;

/** Settings that change while the program runs, and the people whom other systems know. */
record Directories(
    ConfigurationService configuration,
    GroupService groups,
    LdapService ldap,
    ExternalLogin ldapLogin,
    CryptoPool ldapPool)
    implements AutoCloseable {
  private static final int LDAP_THREADS = 8;

  static Directories wire(
      OutboundSettings settings,
      StoredConfiguration stored,
      Database database,
      UserRepository users,
      Authorizer authorizer,
      AuditTrail audit) {
    AddressRule rule = new AddressRule(settings.allowInternalTargets());
    GroupRepository groups = new PgGroupRepository(database);
    ExternalUserRepository people = new PgExternalUserRepository(database, users);
    OnboardUser onboarding = new OnboardUser(people, groups, database, authorizer);
    CryptoPool ldapPool = new CryptoPool("ldap", LDAP_THREADS);
    LdapDirectory directory = new LdapDirectory(stored, rule, settings.ldapAuthorities(), ldapPool);
    LdapLogin ldapLogin = new LdapLogin(directory, onboarding);
    return new Directories(
        new ConfigurationService(
            stored, new PgConfigurationRepository(database), authorizer, database, audit),
        new GroupService(groups, directory, authorizer, database, audit),
        new LdapService(directory, ldapLogin, stored, authorizer),
        new RememberedLogin(ldapLogin, users),
        ldapPool);
  }

  void addTo(ApiRouter router, JsonBodies bodies) {
    new ConfigurationOperations(configuration, bodies).addTo(router);
    new GroupOperations(groups, bodies).addTo(router);
    new LdapOperations(ldap, bodies).addTo(router);
  }

  @Override
  public void close() {
    ldapPool.close();
  }
}
