/** Rows of quotas and of what projects hold. */
@NullMarked
package dev.breakwater.storage.sql.quota;

import org.jspecify.annotations.NullMarked;
