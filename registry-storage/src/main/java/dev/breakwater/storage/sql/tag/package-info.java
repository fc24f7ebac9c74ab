/** Rows of tags as they are listed. */
@NullMarked
package dev.breakwater.storage.sql.tag;

import org.jspecify.annotations.NullMarked;
