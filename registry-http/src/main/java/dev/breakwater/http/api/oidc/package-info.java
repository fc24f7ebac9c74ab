/** The OpenID provider in the management API. */
@NullMarked
package dev.breakwater.http.api.oidc;

import org.jspecify.annotations.NullMarked;
