/** The row of the secret key's fingerprint. */
@NullMarked
package dev.breakwater.storage.sql.secret;

import org.jspecify.annotations.NullMarked;
