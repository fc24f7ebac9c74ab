/** Rows of repositories as they are listed. */
@NullMarked
package dev.breakwater.storage.sql.repository;

import org.jspecify.annotations.NullMarked;
