/** Rows of signing keys and of their root. */
@NullMarked
package dev.breakwater.storage.sql.token;

import org.jspecify.annotations.NullMarked;
