/** Counts what there is. */
@NullMarked
package dev.breakwater.storage.sql.statistics;

import org.jspecify.annotations.NullMarked;
