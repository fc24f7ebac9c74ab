/** The rows of what is garbage, or may be. */
@NullMarked
package dev.breakwater.storage.sql.gc;

import org.jspecify.annotations.NullMarked;
