/** The directory in the management API. */
@NullMarked
package dev.breakwater.http.api.ldap;

import org.jspecify.annotations.NullMarked;
