/** From the Authorization header of a request to its caller. */
@NullMarked
package dev.breakwater.auth.login;

import org.jspecify.annotations.NullMarked;
