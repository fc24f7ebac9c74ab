/** Users of an OpenID provider: who they are there, and what keeps their CLI secret good. */
@NullMarked
package dev.breakwater.core.oidc;

import org.jspecify.annotations.NullMarked;
