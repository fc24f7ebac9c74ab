@NullMarked
package dev.breakwater.auth.oidc;

import org.jspecify.annotations.NullMarked;
