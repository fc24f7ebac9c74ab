package dev.breakwater.auth.ldap;

import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_BASE_DN;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_FILTER;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_ADMIN_DN;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_ATTACH_PARALLEL;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_ATTRIBUTE_NAME;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_BASE_DN;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_MEMBERSHIP_ATTRIBUTE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_SEARCH_FILTER;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_GROUP_SEARCH_SCOPE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_SCOPE;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_SEARCH_DN;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_SEARCH_PASSWORD;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_TIMEOUT;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_UID;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_URL;
import static dev.breakwater.core.systemconfig.ConfigurationItem.LDAP_VERIFY_CERT;

import dev.breakwater.core.systemconfig.Configuration;
import java.time.Duration;

/**
 * How the directory is asked.
 *
 * @param searchDn who searches; empty: nobody in particular
 * @param scope 0: the base alone, 1: one level, 2: everything below
 * @param groups where groups are
 */
record LdapSettings(
    LdapAddress address,
    boolean verify,
    Duration timeout,
    String searchDn,
    String searchPassword,
    String baseDn,
    String filter,
    String uid,
    int scope,
    Groups groups) {

  /**
   * @param baseDn empty: groups do not count
   * @param nameAttribute what a group is called by
   * @param membershipAttribute of a user's entry: the groups that they are in
   * @param adminDn whose members administer; empty: nobody's
   * @param parallel whether a user's groups are asked for at once
   */
  record Groups(
      String baseDn,
      String filter,
      int scope,
      String nameAttribute,
      String membershipAttribute,
      String adminDn,
      boolean parallel) {}

  static LdapSettings of(Configuration configuration) {
    String name = configuration.text(LDAP_GROUP_ATTRIBUTE_NAME);
    return new LdapSettings(
        LdapAddress.parse(configuration.text(LDAP_URL)),
        configuration.flag(LDAP_VERIFY_CERT),
        Duration.ofSeconds(configuration.number(LDAP_TIMEOUT)),
        configuration.text(LDAP_SEARCH_DN),
        configuration.text(LDAP_SEARCH_PASSWORD),
        configuration.text(LDAP_BASE_DN),
        configuration.text(LDAP_FILTER),
        configuration.text(LDAP_UID),
        Math.toIntExact(configuration.number(LDAP_SCOPE)),
        new Groups(
            configuration.text(LDAP_GROUP_BASE_DN),
            configuration.text(LDAP_GROUP_SEARCH_FILTER),
            Math.toIntExact(configuration.number(LDAP_GROUP_SEARCH_SCOPE)),
            name.isEmpty() ? "cn" : name,
            configuration.text(LDAP_GROUP_MEMBERSHIP_ATTRIBUTE),
            configuration.text(LDAP_GROUP_ADMIN_DN),
            configuration.flag(LDAP_GROUP_ATTACH_PARALLEL)));
  }

  /** Without the password: this may end up in a log. */
  @Override
  public String toString() {
    return "LdapSettings[" + address + ", searchDn=" + searchDn + ", baseDn=" + baseDn + "]";
  }
}
