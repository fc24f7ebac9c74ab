/** Searches names by parts. */
@NullMarked
package dev.breakwater.storage.sql.search;

import org.jspecify.annotations.NullMarked;
