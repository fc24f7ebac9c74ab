/** Retention policies as rows, and what they look at. */
@NullMarked
package dev.breakwater.storage.sql.retention;

import org.jspecify.annotations.NullMarked;
