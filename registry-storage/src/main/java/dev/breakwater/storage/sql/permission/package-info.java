/** Rows of roles. */
@NullMarked
package dev.breakwater.storage.sql.permission;

import org.jspecify.annotations.NullMarked;
