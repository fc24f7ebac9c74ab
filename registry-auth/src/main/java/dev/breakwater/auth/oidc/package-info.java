/** People whom an OpenID provider knows. */
@NullMarked
package dev.breakwater.auth.oidc;

import org.jspecify.annotations.NullMarked;
