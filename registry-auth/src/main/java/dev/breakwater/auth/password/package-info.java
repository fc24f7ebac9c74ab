/** How passwords are hashed and compared. */
@NullMarked
package dev.breakwater.auth.password;

import org.jspecify.annotations.NullMarked;
