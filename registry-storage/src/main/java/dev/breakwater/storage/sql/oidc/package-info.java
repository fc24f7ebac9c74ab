/** Rows of an OpenID provider's users. */
@NullMarked
package dev.breakwater.storage.sql.oidc;

import org.jspecify.annotations.NullMarked;
