/** People and groups of an LDAP directory. */
@NullMarked
package dev.breakwater.auth.ldap;

import org.jspecify.annotations.NullMarked;
