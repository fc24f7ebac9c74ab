@NullMarked
package dev.breakwater.auth.ldap;

import org.jspecify.annotations.NullMarked;
