/** Allowlists as rows. */
@NullMarked
package dev.breakwater.storage.sql.allowlist;

import org.jspecify.annotations.NullMarked;
