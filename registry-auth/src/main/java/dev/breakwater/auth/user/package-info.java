/** Local users: log-in by password, and the first administrator. */
@NullMarked
package dev.breakwater.auth.user;

import org.jspecify.annotations.NullMarked;
