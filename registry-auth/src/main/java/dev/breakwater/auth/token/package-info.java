/** The token service: keys and their certificates, issuing, verifying. */
@NullMarked
package dev.breakwater.auth.token;

import org.jspecify.annotations.NullMarked;
